-- What can go wrong, how bad it would be, what is done about it, and what we do if it happens all the same.

create table risk_matrix (
    id bigint primary key references record,
    likelihood text not null,          -- json: words for each step, the rarest first
    severity text not null,            -- json: words for each step, the mildest first
    levels text not null,              -- json: a row for each likelihood, in it a level for each severity
    holds text not null                -- json: for how many days each level may be accepted; 0 where it may not
);

create table risk (
    id bigint primary key references record,
    cause text not null, effect text not null,
    likelihood bigint, severity bigint,          -- steps of the matrix, counted from 1
    treatment text not null, plan text not null,
    residual_likelihood bigint, residual_severity bigint,
    origin bigint, affects bigint                -- what led to it, and what it puts at risk: records
);

-- That somebody bears a risk until a day. What was accepted, by which matrix, stands with it.
create table risk_acceptance (
    id key, record_id bigint not null references record,
    likelihood bigint not null, severity bigint not null, level text not null,
    matrix bigint not null, matrix_revision bigint not null,
    until_day text not null, reason text not null, person bigint not null, at bigint not null
);
create index risk_acceptance_by_record on risk_acceptance (record_id);
append only risk_acceptance;
below record risk_acceptance;

create table contingency_plan (
    id bigint primary key references record,
    trigger_words text not null, response text not null, resources text not null,
    concerns bigint,                   -- the order, set or risk that it is for
    tested_on text
);

-- That the customer agreed to a plan; it holds for the words that they agreed to.
create table contingency_agreement (
    id key, record_id bigint not null references record, digest text not null,
    name text not null, source text not null, day text not null, at bigint not null, by bigint not null
);
create index contingency_agreement_by_record on contingency_agreement (record_id);
append only contingency_agreement;
below record contingency_agreement;

-- That it happened, and what was done.
create table contingency_use (
    id key, record_id bigint not null references record, is_over boolean not null,
    words text not null, at bigint not null, by bigint not null
);
create index contingency_use_by_record on contingency_use (record_id);
append only contingency_use;
below record contingency_use;
