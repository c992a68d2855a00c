-- The review that a meeting speaks about.
alter table meeting add column review bigint references record;
create index meeting_by_review on meeting (review);
