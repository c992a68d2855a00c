-- What a change put in force of one record is looked up, not searched among all it put in force.
drop index validity_by_change;
create index validity_by_change on validity (change, record_id);
