-- Proposals to change what was agreed or released: what they touch, what it costs, who has a word, how one will see.

create table change_request (
    id bigint primary key references record,
    source text not null,
    cause bigint,                      -- the record that led to it
    passage text not null,             -- the very words, where somebody said it
    reference text not null,           -- an edition, the number of a supplier's notice
    need text not null, proposal text not null, for_customer text not null,
    reach text not null, risk text not null, risk_after text not null, risk_words text not null,
    effective_by text not null, effective_from text not null,
    needs_customer boolean not null,
    actual_cost text not null,         -- a decimal as it was written
    deferred_until text,
    served text not null, missed text not null, lesson text not null, lesson_for text not null
);

-- What is affected, and what was decided about it. What is no record here stands in words.
create table change_item (
    id key, record_id bigint not null references record,
    item bigint,                       -- the record; none where it stands in words only
    name text not null, sort text not null,
    way text not null,                 -- json: the numbers and roles along which it was found
    action text not null, reason text not null,
    proposed text,                     -- json: the fields that would say something else
    base text,                         -- json: what they said when that was written
    based_on text,                     -- the fingerprint of what the record said then
    digest text not null,              -- of the proposal, as signatures bind to it
    done_on text,                      -- the day on which what is no record here was changed
    released_no bigint,                -- the revision that came of it
    at bigint not null, by bigint not null
);
create index change_item_by_record on change_item (record_id, name);
create index change_item_by_item on change_item (item);
below record change_item;

create table change_impact (
    id key, record_id bigint not null references record, function bigint not null,
    task bigint, due text, asked_at bigint not null, asked_by bigint not null,
    answered_at bigint, answered_by bigint,
    is_possible boolean not null, finding text not null,
    cost text not null,                -- a decimal as it was written
    days bigint, aspects text not null, -- json: of what they spoke: capacity, stock, tooling
    unique (record_id, function)
);
below record change_impact;

create table change_option (
    id key, record_id bigint not null references record, label text not null, title text not null,
    cost text not null, risk text not null, verdict text not null, why text not null,
    at bigint not null, by bigint not null, unique (record_id, label)
);
below record change_option;

-- Whose consent is asked, in which order, and how many of them must sign.
create table change_approver (
    id key, record_id bigint not null references record, function bigint not null,
    rank bigint not null, needs bigint not null, asked_at bigint not null, asked_by bigint not null,
    unique (record_id, function)
);
below record change_approver;

create table change_criterion (
    id key, record_id bigint not null references record, criterion text not null, method text not null,
    sample text not null, bound text not null, person bigint not null,
    fixed_at bigint not null, fixed_by bigint not null,
    result text not null, evidence text not null, verdict text not null, judged_at bigint, judged_by bigint
);
create index change_criterion_by_record on change_criterion (record_id);
below record change_criterion;

-- The policy of the house: which functions approve which changes.
create table change_policy (
    id key, record_id bigint not null unique references record, -- a function
    track text not null, rank bigint not null, needs bigint not null, above text not null,
    at bigint not null, by bigint not null
);
below record change_policy;
