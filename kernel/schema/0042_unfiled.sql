-- What came in from outside and is not filed yet: its bytes as they came, before anything reads them. Whatever becomes
-- of the deed that files it, they are here until it is done.

create table unfiled (
    digest text primary key,           -- sha-256 of the bytes: the same that comes twice is kept once
    channel text not null,             -- by which it came: mail
    name text not null,                -- where it lay: the name of the file
    size bigint not null, bytes bytea not null,
    at bigint not null, brought_by bigint not null,
    tries bigint not null, tried_at bigint,
    why text not null                  -- the sentence that says why it is not filed, as it is kept; empty before
);
create index unfiled_by_channel on unfiled (channel, at);
