-- What the agreed set said of a place when a difference in it was settled.
alter table difference_settled add column agreed text not null default '';
