-- Notices: whom a deed concerned, written with it; who is named in a remark; how each wants to be told.
-- What is kept here is off the trail: it says who heard of a deed, never what was done.

-- A remark can be struck out by its author; it stays legible, as on paper.
alter table remark add column struck_at bigint;
create table naming (
    id key, record_id bigint not null references record, remark bigint not null references remark,
    person bigint not null references record,
    handle text not null               -- as it was written, without the sign before it
);
create index naming_by_record on naming (record_id);

create table notice (
    id key, record_id bigint not null references record, person bigint not null references record,
    because text not null check (because in ('mentioned', 'asked', 'owner', 'function', 'watching')),
    actor bigint not null, at bigint not null, deed text not null,
    entry bigint not null,             -- the last of the deeds that are folded into it
    deeds bigint not null,             -- how many those are
    fields text not null,              -- json: the fields that they changed
    others bigint not null,            -- how many other records the last of them touched
    remark bigint,                     -- what was said, where something was
    read_at bigint,
    mailed_at bigint                   -- told by mail, or never to be
);
create index notice_by_person on notice (person, read_at, id);
create index notice_by_entry on notice (entry);
create index notice_by_mail on notice (mailed_at, read_at, person);

-- How somebody wants to be told by mail; where nothing is said, as the product thinks best.
create table notice_way (
    person bigint not null references record, because text not null,
    way text not null check (way in ('at_once', 'daily', 'never')), primary key (person, because)
);
create table notice_hours (
    person bigint primary key references record,
    quiet_from text not null, quiet_until text not null, -- like 19:00; the same twice: no quiet hours
    daily_at text not null,
    told_on text,                      -- the day of the last daily mail, in their zone
    returned_at bigint                 -- since when mails to them come back, so that none is written
);

-- Who looks at what, where several nodes share a database; what is older than a minute is over.
create table presence (
    node text not null, record_id bigint not null, person bigint not null,
    writes boolean not null, at bigint not null, primary key (node, record_id, person)
);
