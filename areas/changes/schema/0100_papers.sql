-- A document that is no record here comes into force by the release, in the edition that its redline says.
alter table change_item add column stands_on bigint;   -- the line by which the edition held that was in force when the redline was written
alter table change_item add column in_force_at bigint; -- when the release put a document in force
create index change_item_by_force on change_item (in_force_at);
