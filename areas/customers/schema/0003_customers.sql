-- Organisations, and under which addresses they and their people are known.

create table organisation (
    id bigint primary key references record,
    legal_form text not null, street text not null, post_code text not null, town text not null,
    country text not null,             -- ISO 3166, two letters
    trade text not null,
    domains text not null,             -- json: the domains of their mail
    language text not null, note text not null,
    is_customer boolean not null, is_supplier boolean not null,
    parent bigint references record,
    standing text not null             -- json: requirements that hold for every matter with them
);

-- An address that somebody is known by. A shared mailbox names an organisation and nobody in it.
create table identity_of (
    id key, record_id bigint not null references record, address text not null unique,
    person bigint references record, is_shared boolean not null, verified_at bigint, at bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index identity_of_by_record on identity_of (record_id);
below record identity_of;
