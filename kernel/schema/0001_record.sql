-- What every kind of record has. Areas add one table per kind, keyed by record.
-- Written once for both engines; kernel/src/schema.rs says what each word becomes. Moments are whole
-- microseconds UTC, days are texts like 2026-11-16.

create table record (
    id key, kind text not null, number text not null unique, title text not null, state text not null,
    owner bigint not null, function bigint, party bigint, version bigint not null,
    created_at bigint not null, changed_at bigint not null, due text,
    released bigint, offered bigint,
    offered_state text,                -- what the party reads as its state
    sharing text not null              -- internal, offered, working: what the party sees of it
);
-- One index per way of being confined and of being sorted, each ending in the order of lists.
create index record_by_kind on record (kind, state, id);
create index record_by_owner on record (owner, kind, id);
create index record_by_party on record (party, kind, id);
create index record_by_change on record (kind, changed_at, id);
create index record_by_number on record (kind, number);

create table sequence (kind text not null, year bigint not null, last bigint not null, primary key (kind, year));

-- What was frozen never changes; what became of it is told by further rows.
create table revision (
    id key, record_id bigint not null references record, no bigint not null, title text not null,
    content text not null, digest text not null, reason text not null,
    released_at bigint not null, released_by bigint not null, entry bigint,
    unique (record_id, no)
);
append only revision;
create table revision_life (
    id key, record_id bigint not null references record, no bigint not null,
    life text not null check (life in ('offered', 'confirmed', 'effective', 'superseded', 'withdrawn')),
    at bigint not null, by bigint not null, reason text not null
);
create index revision_life_by_record on revision_life (record_id, no);
append only revision_life;

-- A typed tie. It remembers what both ends said when it was last judged.
create table link (
    id key, source bigint not null references record, target bigint not null references record,
    role text not null, source_digest text, target_digest text, at bigint not null, by bigint not null,
    unique (source, target, role)
);
create index link_by_target on link (target);

create table task (
    id key, record_id bigint not null references record, request text not null, person bigint,
    function bigint, due text, asked_by bigint not null, asked_at bigint not null,
    settled_at bigint, settled_by bigint
);
create index task_by_record on task (record_id);
create index task_by_person on task (person, settled_at);
below record task;

create table remark (
    id key, record_id bigint not null references record, author bigint not null, at bigint not null,
    words text not null, audience text not null check (audience in ('internal', 'party'))
);
create index remark_by_record on remark (record_id);
below record remark;

create table watch (
    record_id bigint not null references record, person bigint not null, at bigint not null,
    primary key (record_id, person)
);
create index watch_by_person on watch (person);

-- Files are kept by digest; where their bytes lie is the store's business.
create table file (digest text primary key, size bigint not null, stored_at bigint not null);
create table file_chunk (digest text not null, no bigint not null, bytes bytea not null, primary key (digest, no));
create table attachment (
    id key, record_id bigint not null references record, digest text not null references file,
    name text not null, media_type text not null, size bigint not null,
    audience text not null check (audience in ('internal', 'party')), at bigint not null, by bigint not null
);
create index attachment_by_record on attachment (record_id);
below record attachment;

-- Texts that passages are cited from: made once, never changed.
create table source (
    id key, record_id bigint not null references record,
    origin text not null check (origin in ('message', 'attachment', 'minutes', 'call')), origin_id bigint not null,
    name text not null, body text not null, digest text not null, extractor text not null,
    audience text not null check (audience in ('internal', 'party')), at bigint not null
);
create index source_by_record on source (record_id);
create index source_by_origin on source (origin, origin_id);
below record source;

create table passage (
    id key, source_id bigint not null references source, record_id bigint not null references record,
    start_at bigint not null, end_at bigint not null, exact text not null, prefix text not null,
    suffix text not null, made bigint not null references record, at bigint not null, by bigint not null
);
create index passage_by_source on passage (source_id);
create index passage_by_made on passage (made);
create index passage_by_record on passage (record_id);

-- What is found: one line for each record, message and file text.
create table findable (
    id key, record_id bigint not null references record, part text not null, part_id bigint not null,
    name text not null, offered boolean not null, unique (record_id, part, part_id, offered)
);

-- The trail. An entry is stored as the very bytes that are hashed; the columns beside it are for searching.
create table entry (
    id key, at bigint not null, actor bigint not null, deed text not null, bytes bytea not null, mac bytea not null
);
append only entry;
create table entry_record (
    entry bigint not null references entry, record_id bigint not null references record,
    primary key (entry, record_id)
);
create index entry_record_by_record on entry_record (record_id, entry);
append only entry_record;
-- The queue has no foreign key, whose check would make deeds that run side by side look dependent.
create table unsealed (entry bigint primary key);
create table leaf (no bigint primary key, entry bigint not null unique references entry);
append only leaf;
create table node (position bigint primary key, hash bytea not null);
append only node;
create table checkpoint (size bigint primary key, at bigint not null, note text not null);
append only checkpoint;

-- The key under which a person's values are sealed, itself wrapped by a secret outside the database.
create table person_key (record_id bigint primary key references record, wrapped bytea not null);

-- Off the trail: what is not yet a deed, and what only guards the door.
create table draft (person bigint not null, place text not null, words text not null, at bigint not null,
    primary key (person, place));
create table attempt (subject text primary key, count bigint not null, since bigint not null);
create table answer (
    key text primary key, person bigint not null, request text not null, status bigint not null,
    body text not null, at bigint not null
);
create table setting (name text primary key, value text not null);
