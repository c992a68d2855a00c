-- Calls and meetings, and what was said there and stands in no writing yet.

-- The call or meeting that a message tells of.
alter table message add column about bigint references record;
create index message_by_about on message (about);

create table phone_call (
    id bigint primary key references record,
    direction text not null check (direction in ('they', 'we')),
    person bigint,                     -- of theirs, where it is known who
    name text not null,                -- who was on the telephone
    phone text not null,
    began_at bigint not null, ended_at bigint,
    words text not null,
    outcome text not null
);
create index phone_call_by_start on phone_call (began_at);

-- What somebody said that has to be confirmed in writing (ISO 9001, 8.2.3.1).
create table spoken (
    id key, record_id bigint not null references record,
    words text not null,
    state text not null check (state in ('said', 'asked', 'confirmed', 'otherwise', 'denied')),
    message bigint,                    -- by which we asked them to confirm it
    due text,                          -- until when we asked for an answer
    task bigint,                       -- of whoever looks whether they answered
    answer text not null,              -- what they said instead
    said_at bigint not null, settled_at bigint, settled_by bigint
);
create index spoken_by_record on spoken (record_id);
below record spoken;
