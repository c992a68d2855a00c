-- The mail that a mail answers, and the one with which all of it began, so that a question that comes after its answer
-- finds it. What came before this step names none.
alter table message add column answers text not null default '';
alter table message add column root text not null default '';
create index message_by_answered on message (answers);
create index message_by_root on message (root);
