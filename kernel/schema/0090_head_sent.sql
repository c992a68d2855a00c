-- Which head of the log went with which letter, and to whom: they who keep it are witnesses.

create table head_sent (
    letter bigint primary key references letter,
    size bigint not null,              -- how many entries the head covers
    address text not null
);
create index head_sent_by_size on head_sent (size);
