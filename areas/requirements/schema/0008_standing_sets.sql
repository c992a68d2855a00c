-- Requirements that always hold for an organisation and what is below it, and which set took them over.

alter table requirement_set add column is_standing boolean not null default false;

-- From which requirement of which standing set a requirement was made, as which revision said it.
create table pulled (
    id key, record_id bigint not null references record, set_id bigint not null references record,
    origin bigint not null references record, revision bigint not null, digest text not null,
    standing_set bigint not null references record, set_revision bigint not null,
    at bigint not null, by bigint not null
);
create index pulled_by_set on pulled (set_id);
create index pulled_by_record on pulled (record_id);
create index pulled_by_origin on pulled (origin);
below record pulled;

-- What of the standing requirements above does not hold for the organisation of a standing set, what holds
-- instead, and why. It counts from the next release of that set on, whose revision freezes it. Outsiders read the
-- revision, none of these.
create table standing_override (
    id key, record_id bigint not null references record, origin bigint not null references record,
    instead bigint references record, reason text not null, at bigint not null, by bigint not null
);
create index standing_override_by_record on standing_override (record_id);
below record standing_override;
