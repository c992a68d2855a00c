-- Who decided about a row, and in which version of its batch: whoever decides on an older copy is told what the other
-- decided. When a row was taken in: what was changed since is told before a batch is taken back.

alter table import_row add column decided_by bigint not null default 0;
alter table import_row add column decided_in bigint not null default 0;
alter table import_row add column done_at bigint;

-- Of rows that were taken in before, the last that happened to their batch is the nearest one knows.
update import_row set done_at = (select changed_at from record where record.id = import_row.record_id)
    where outcome in ('made', 'changed');
