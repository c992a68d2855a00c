-- Who is asked to read what a change put in force, and when they said that they did: bound to the fingerprint of it.

create table change_reader (
    id key, record_id bigint not null references record,
    person bigint not null, function bigint not null,  -- for which of their functions they were asked
    digest text not null, asked_at bigint not null, read_at bigint,
    unique (record_id, person)
);
below record change_reader;
