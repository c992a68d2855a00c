-- How somebody came in, and lists of the book of the door.

-- By what they proved who they are: empty where nobody came in, and where it was not written down then.
alter table knock add column how text not null default '';
create index knock_by_outcome on knock (outcome, id);
