-- Who must know what was released: functions told of every set, where a set differs from that, and who was asked
-- to read which revision.

create table told_always (
    id key, record_id bigint not null unique references record,    -- a function
    at bigint not null, by bigint not null
);
below record told_always;

create table told (
    id key, record_id bigint not null references record, function bigint not null,
    is_told boolean not null,          -- told although the usual list leaves it out, or the other way round
    at bigint not null, by bigint not null, unique (record_id, function)
);
below record told;

create table must_read (
    id key, record_id bigint not null references record, no bigint not null,
    digest text not null,              -- of the revision that was shown
    person bigint not null, function bigint not null, asked_at bigint not null, read_at bigint,
    unique (record_id, no, person)
);
create index must_read_by_person on must_read (person, read_at);
below record must_read;
