-- Houses and their sites, roles of people, how each wants to be told, and who is not the same.

alter table organisation add column level text not null default 'firm';
alter table organisation add column profile text not null default '{}';     -- json
alter table organisation add column sensitivity text not null default '';

-- What somebody does for an organisation, from a day until a day: theirs, or another one of their house. It
-- lets nobody see anything. No audience: outsiders read none.
create table contact_role (
    id key, record_id bigint not null references record, person bigint not null references record,
    role text not null, since text, until text, at bigint not null, by bigint not null
);
create index contact_role_by_record on contact_role (record_id);
create index contact_role_by_person on contact_role (person);
below record contact_role;

-- A further way to reach or know somebody: by mail, by telephone, or another.
alter table identity_of add column kind text not null default 'email';
create index identity_of_by_person on identity_of (person);

-- That somebody made sure that an address is whose it is said to be. It holds for the address as it was
-- written, so that another address has to be made sure of again.
create table address_check (
    id key, record_id bigint not null references record, address text not null, how text not null,
    at bigint not null, by bigint not null
);
create index address_check_by_address on address_check (address);
below record address_check;

-- Two that are alike and not the same: nobody is asked again.
create table distinct_pair (
    id key, record_id bigint not null references record, other bigint not null references record,
    reason text not null, at bigint not null, by bigint not null
);
create index distinct_pair_by_record on distinct_pair (record_id);
below record distinct_pair;
