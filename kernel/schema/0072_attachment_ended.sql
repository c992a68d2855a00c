-- A file that a change took away from its record, or put another one in the place of, and when: what was agreed until
-- then still names it.

alter table attachment add column ended_at bigint;
