-- Organisations, and the addresses by which mail knows them and their people.

create table organisation (
    id bigint primary key references record,
    legal_form text not null, street text not null, post_code text not null, town text not null,
    country text not null,             -- ISO 3166-1, two letters
    trade text not null,
    domains text not null,             -- json: whoever writes from one of them belongs here
    language text not null, note text not null,
    is_customer boolean not null, is_supplier boolean not null,
    parent bigint references record,
    standing text not null             -- json: what holds for everything they order
);

-- A further address of an organisation or of one of its people, whose own address stands on their record.
-- A shared one tells the organisation, never who wrote. No audience: outsiders read none.
create table identity_of (
    id key, record_id bigint not null references record, address text not null unique,
    person bigint references record, is_shared boolean not null, at bigint not null, by bigint not null
);
create index identity_of_by_record on identity_of (record_id);
below record identity_of;
