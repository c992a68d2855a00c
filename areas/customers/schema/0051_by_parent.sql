-- The parts of a house, asked on the page of each organisation.
create index organisation_by_parent on organisation (parent);
