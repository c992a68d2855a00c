-- Files that a change proposes for what it touches: they lie at the change until it is released, and are at the items then.

create table change_file (
    id key, record_id bigint not null references record,
    line bigint not null,              -- of change_item
    name text not null,
    read_by text not null,             -- who reads what is to lie there: internal, party
    file bigint references attachment, -- as it lies at the change; null where the file goes
    digest text not null, size bigint not null,
    before bigint references attachment, -- what had the name at the item when that was proposed; null where nothing had
    before_digest text not null, before_size bigint not null, before_read_by text not null,
    at bigint not null, by bigint not null,
    unique (line, name)
);
create index change_file_by_record on change_file (record_id, line);
below record change_file;
