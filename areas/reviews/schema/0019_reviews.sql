-- What functions judge before we commit, what they ask the customer, and what the customer confirms.

create table review_template (
    id bigint primary key references record, purpose text not null,
    policy text not null               -- json: who is asked when, in which order, what, by which rules
);

create table review (
    id bigint primary key references record,
    subject bigint not null references record, revision bigint not null,
    digest text not null,              -- of that revision
    scope text not null, baseline bigint,
    template bigint references record, template_revision bigint,
    policy text not null,              -- json: the template as it was when the review began
    asked text not null,               -- json: the functions that it asks in this matter
    matter text not null,              -- json
    outcome text not null
);
create index review_by_subject on review (subject);

-- Each word of a function stays; the last one of each person counts, as long as the item says the same.
create table verdict (
    id key, record_id bigint not null references record, item text not null,
    digest text not null,              -- what the item said
    revision bigint not null, function bigint not null, person bigint not null, acts_for bigint,
    verdict text not null check (verdict in ('accept', 'condition', 'clarify', 'reject')),
    remark text not null, at bigint not null
);
create index verdict_by_record on verdict (record_id);
append only verdict;
below record verdict;

create table checklist_answer (
    id key, record_id bigint not null references record, row_key text not null, revision bigint not null,
    function bigint not null, person bigint not null, acts_for bigint,
    answer text not null check (answer in ('ok', 'not_ok', 'clarify', 'not_applicable')),
    remark text not null, at bigint not null
);
create index checklist_answer_by_record on checklist_answer (record_id);
append only checklist_answer;
below record checklist_answer;

-- A function's signed word on whether it can be done.
create table commitment (
    id key, record_id bigint not null references record, revision bigint not null, function bigint not null,
    person bigint not null, acts_for bigint,
    feasible text not null check (feasible in ('as_given', 'with_changes', 'not_feasible')),
    statement text not null, signature bigint not null references signature, at bigint not null
);
create index commitment_by_record on commitment (record_id);
append only commitment;
below record commitment;

-- What was made a condition: a task that blocks a gate until it is done.
create table review_condition (
    id key, record_id bigint not null references record, item text not null, words text not null,
    gate text not null check (gate in ('review_complete', 'order_accept', 'delivery')),
    task bigint not null references task, function bigint not null, at bigint not null, by bigint not null,
    evidence text not null
);
create index review_condition_by_record on review_condition (record_id);
below record review_condition;

create table clarification (
    id bigint primary key references record,
    review bigint not null references record, item text not null, item_title text not null,
    function bigint, question text not null, person bigint,
    is_theirs boolean not null,        -- the customer asks us
    language text not null
);
create index clarification_by_review on clarification (review);

create table clarification_answer (
    id key, record_id bigint not null references record,
    audience text not null check (audience in ('internal', 'party')),
    words text not null, name text not null, person bigint,
    source text not null,              -- how it came: link, account, or in words: "mail of 24 June"
    at bigint not null, by bigint not null
);
create index clarification_answer_by_record on clarification_answer (record_id);
append only clarification_answer;
below record clarification_answer;

create table sign_off (
    id bigint primary key references record,
    subject bigint not null references record, revision bigint not null, digest text not null,
    since bigint,                      -- the revision that the customer confirmed last
    summary text not null, signatories text not null, in_turn boolean not null, until text not null,
    language text not null,
    base text not null                 -- where the customer reaches us: https://reqord.example
);
create index sign_off_by_subject on sign_off (subject);

-- The customer's word on each line; the last one of each person counts.
create table customer_word (
    id key, record_id bigint not null references record,
    audience text not null check (audience in ('internal', 'party')),
    person bigint not null, item text not null, digest text not null,
    word text not null check (word in ('accept', 'query')), remark text not null,
    clarification bigint references record, at bigint not null
);
create index customer_word_by_record on customer_word (record_id);
append only customer_word;
below record customer_word;
