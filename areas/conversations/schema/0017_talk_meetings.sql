-- Meetings, and their minutes as they were approved.

create table meeting (
    id bigint primary key references record,
    purpose text not null,
    starts_at bigint, ends_at bigint,
    zone text not null,                -- in which its times are told (IANA)
    place text not null, link text not null,
    conversation bigint references record,
    uid text not null,                 -- its identity in calendars (RFC 5545)
    invitations bigint not null,       -- how often we invited
    participants text not null,        -- json: person, name, address, ours or theirs, whether they came
    points text not null,              -- json: key, title, owner, minutes
    decisions text not null,           -- json: words, owner
    actions text not null              -- json: words, person, due, task
);
create index meeting_by_start on meeting (starts_at);
create index meeting_by_uid on meeting (uid);

-- Each approval of the minutes. Their text is a source whose origin is the key of this line.
create table minutes (
    id key, record_id bigint not null references record, no bigint not null,
    at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index minutes_by_record on minutes (record_id, no);
below record minutes;
