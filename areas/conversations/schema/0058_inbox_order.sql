-- The inbox is read along what was said last, and what was said at one moment along the keys.
drop index conversation_by_last;
create index conversation_by_last on conversation (last_at, id);
