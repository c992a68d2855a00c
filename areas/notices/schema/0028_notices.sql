-- What customers and suppliers are told of a change, an organisation each, and what they answer.

create table notice_of_change (
    id bigint primary key references record,
    change bigint,
    side text not null,                -- customer or supplier
    asks text not null,                -- to be acknowledged, or to be approved
    blocks boolean not null,           -- whether the release waits for their answer
    person bigint,
    language text not null,
    words text not null,               -- what changes and why, in their words
    basis text not null, starts text not null, -- from when on the change holds, as it was told
    effective_on text,                 -- the first day on which they get something else
    notice_days bigint not null,       -- so many days before they have to know
    issued_on text, answer_by text,
    waiver text not null,              -- why they are told later than was agreed
    reasons text not null,             -- json: why they are told
    package text not null              -- json: what they are told of, each with its revision and fingerprint
);
create index notice_of_change_by_change on notice_of_change (change);
create index notice_of_change_by_answer on notice_of_change (answer_by);

create table notice_answer (
    id key, record_id bigint not null references record,
    answer text not null, words text not null, name text not null, person bigint,
    source text not null,              -- link, account, or how it came
    at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index notice_answer_by_record on notice_answer (record_id);
append only notice_answer;
below record notice_answer;
