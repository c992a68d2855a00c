-- What comes in by the file: a batch, its rows with what each would do and did, and the keys under which other
-- systems know our records. No audience: outsiders read none.

create table import_batch (
    id bigint primary key references record,
    target text not null,              -- what is taken in: customers, contacts, requirements
    into_record bigint references record,
    file_name text not null,
    form text not null,                -- csv, xlsx, markdown, docx, pdf
    encoding text not null, separator text not null,
    sheet text not null, sheets text not null,
    header_row bigint not null,        -- counted from 1; 0 where there are no headings
    headings text not null,            -- json: the words above each column
    columns text not null,             -- json: the field of each column, empty where it is left out
    is_mapped_by_hand boolean not null
);
create index import_batch_by_headings on import_batch (target, headings);

create table import_row (
    id key, record_id bigint not null references record,
    place bigint not null,             -- among the rows of the batch, from 1
    line bigint not null,              -- in the file, from 1
    fields text not null,              -- json: what its cells say, by field
    title text not null,
    effect text not null,              -- new, changes, same, duplicate, fault
    choice text not null,              -- open, take, merge, leave, none
    candidate bigint not null,         -- which candidate it is merged into, counted from 0
    finding text not null,             -- json: changes, faults, notes, candidates
    turn bigint not null,              -- what names other rows comes after them
    start_at bigint, end_at bigint,    -- where its words stand in the text of the file, in characters
    outcome text not null,             -- waiting, made, changed, nothing, kept, reverted, stays
    made bigint references record,
    done text not null                 -- json: what it did, so that it can be taken back; or why not
);
create index import_row_by_record on import_row (record_id, place);
create index import_row_by_effect on import_row (record_id, effect, place);
create index import_row_by_turn on import_row (record_id, outcome, turn, place);
below record import_row;

create table import_key (
    id key, record_id bigint not null references record,   -- the batch that brought it
    scope text not null, word text not null, made bigint not null references record,
    unique (scope, word)
);
create index import_key_by_record on import_key (record_id);
create index import_key_by_made on import_key (made);
below record import_key;
