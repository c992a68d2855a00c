-- People and functions, and what opens the door to a person.

create table person (
    id bigint primary key references record,
    email text not null, phone text not null, job_title text not null, site text not null,
    language text not null,            -- en or de; empty: as the browser asks
    zone text not null,                -- IANA
    roles text not null,               -- json: codes of roles
    functions text not null,           -- json: the functions that they answer for
    deputy bigint references record,
    joined_on text, left_on text,
    keys_off boolean not null          -- letter keys are switched off
);
create index person_by_email on person (lower(email));

create table function (
    id bigint primary key references record,
    accountable_for text not null,
    leader bigint references record, deputy bigint references record
);

-- The further organisations that somebody of outside belongs to, each from a day until a day.
create table membership (
    id key, record_id bigint not null references record, party bigint not null references record,
    since text not null, until text
);
create index membership_by_record on membership (record_id);
below record membership;

-- What opens the door. These are nobody's to read but the person's own: each statement asks for one person
-- or one secret. Secrets are kept as SHA-256 only, passwords as Argon2id.
create table account (
    id key, record_id bigint not null unique references record, password text not null, changed_at bigint not null
);
create table session (
    id key, record_id bigint not null references record, secret text not null unique,
    created_at bigint not null, expires_at bigint not null, seen_at bigint not null,
    agent text not null, revoked_at bigint
);
create index session_by_record on session (record_id);
create table token (
    id key, record_id bigint not null references record, secret text not null unique,
    name text not null, scope text not null check (scope in ('read', 'write')),
    created_at bigint not null, expires_at bigint not null, used_at bigint, revoked_at bigint
);
create index token_by_record on token (record_id);
