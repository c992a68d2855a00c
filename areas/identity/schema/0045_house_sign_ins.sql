-- How somebody came in, and lists of the book of the door.

alter table knock add column how text not null default '';  -- empty: not written down then, or nobody came in
create index knock_by_outcome on knock (outcome, id);
