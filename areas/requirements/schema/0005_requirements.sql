-- What one customer wants in one matter, and each single thing that is wanted.

create table requirement_set (
    id bigint primary key references record,
    matter text not null,
    intended_use text not null,
    sections text not null,            -- json: key, title and prose of each, in order
    conversation bigint                -- in which it is spoken about
);

create table requirement (
    id bigint primary key references record,
    set_id bigint not null references record,
    section text not null,
    place bigint not null,             -- order within the section; gaps leave room
    statement text not null,
    class text not null,
    kind text not null,
    said_by bigint,
    said_by_name text not null,
    said_at bigint,
    source text not null,
    passage text not null,             -- the very words, as they were cited
    rationale text not null,
    priority text,
    kano text,
    acceptance text not null,
    verification text,
    function bigint,
    product text not null,
    characteristic text not null,
    value text not null,               -- decimals as they were written: 1.50 is not 1.5
    lower text not null,
    upper text not null,
    unit text not null
);
create index requirement_by_set on requirement (set_id, place);
