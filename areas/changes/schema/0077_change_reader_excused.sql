-- Who need not read what a change put in force any more, why, and who said so: nobody waits for them.

alter table change_reader add column excused_at bigint;
alter table change_reader add column excused_by bigint;
alter table change_reader add column excused_because text not null default '';
