-- Extra fields of records, saved views of lists, and what bulk deeds did.

-- What the extra fields of a record say, by the keys of the fields; a revision keeps what its party reads.
alter table record add column extra text not null default '{}';
alter table revision add column extra text not null default '{}';

create table extra_field (
    id bigint primary key references record, of_kind text not null, key text not null, holds text not null,
    unit text not null, choices text not null, names text not null, help text not null,
    audience text not null, place bigint not null
);
create index extra_field_by_kind on extra_field (of_kind, key);
-- The same values once more, one a row, for filters and sorting. What was offered stands beside what is worked on.
create table extra_value (
    record_id bigint not null references record, field bigint not null, offered boolean not null,
    words text, figure double precision, primary key (record_id, field, offered)
);
create index extra_value_by_words on extra_value (field, words, record_id);
create index extra_value_by_figure on extra_value (field, figure, record_id);

-- Lists over every kind: what changed last.
create index record_by_any_change on record (changed_at, id);

-- Off the trail: how somebody likes to see their lists.
create table saved_view (
    id key, owner bigint not null, kind text not null, name text not null, query text not null,
    columns text not null, sort text not null, descending boolean not null,
    shared text not null check (shared in ('own', 'function', 'house')), function bigint, at bigint not null
);
create index saved_view_by_kind on saved_view (kind, shared);
create table list_look (
    person bigint not null, kind text not null, view text not null, columns text not null, sort text not null,
    descending boolean not null, primary key (person, kind, view)
);

-- What a bulk deed found and did, so that its outcome can be read and taken back. The deeds stand on the trail.
create table bulk (
    id key, person bigint not null, kind text not null, change text not null, outcome text not null,
    at bigint not null, undone_at bigint
);
create index bulk_by_person on bulk (person, id);
