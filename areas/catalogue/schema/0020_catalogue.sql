-- Products and services as they are offered to everybody, and from which day each of their revisions holds.

create table catalogue_item (
    id bigint primary key references record,
    code text not null,                -- the article number: KD-20
    sort text not null,
    summary text not null,
    base bigint,                       -- the item that this is a variant of
    characteristics text not null,     -- json
    features text not null,            -- json: a line each
    options text not null,             -- json: a line each
    exclusions text not null,          -- json: a line each
    unit text not null,
    price text not null,               -- a decimal as it was written
    currency text not null,
    lead_time_days bigint,
    markets text not null,             -- json: codes of countries
    packing text not null,
    review_on text,
    last_order_on text
);
create index catalogue_item_by_code on catalogue_item (code);
create index catalogue_item_by_base on catalogue_item (base);

-- What each revision is called, and from which day it holds. Another day is told by another row.
create table effectivity (
    id key, record_id bigint not null references record, no bigint not null, label text not null,
    from_day text not null, reason text not null, at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index effectivity_by_record on effectivity (record_id, no, id);
append only effectivity;
below record effectivity;

-- What is published is found by everybody outside without looking at what is not.
create index record_published on record (kind, id) where sharing = 'published';
