-- From when on a change holds is asked of what it put in force.
create index validity_by_change on validity (change);
