-- That the end that was said of a revision before is taken back: it goes on as if nobody had said so.

alter table validity add column taken_back boolean not null default false;
