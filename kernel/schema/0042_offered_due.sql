-- The day of a record as the party reads it: as it was when the revision that they read was offered. Of what was
-- offered before, the day that stands there is the one that they have read.

alter table record add column offered_due text;
update record set offered_due = due where offered is not null;
