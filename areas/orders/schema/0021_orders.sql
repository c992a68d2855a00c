-- What we offer and what was ordered; which days we promised, for ever; where the customer's order differs.

create table quotation (
    id bigint primary key references record,
    requirement_set bigint, set_revision bigint, conversation bigint,
    currency text not null, terms text not null, lines text not null,   -- json
    valid_until text, external_id text not null, note text not null
);
create index quotation_by_validity on quotation (valid_until);

create table sales_order (
    id bigint primary key references record,
    purchase_order text not null,      -- the number by which the customer calls it
    external_id text not null,         -- the number by which another system of ours calls it
    sort text not null, came_by text not null, ordered_on text,
    quotation bigint, quotation_revision bigint, requirement_set bigint, set_revision bigint, conversation bigint,
    currency text not null, terms text not null, lines text not null,   -- json
    purchase text,                     -- json: their order as it was read
    note text not null
);
create index sales_order_by_external_id on sales_order (external_id);

-- The lines of an order once more, one a row, for lists: what was promised first and last, what was delivered.
create table order_line (
    id key, record_id bigint not null references record, line bigint not null, item bigint, article text not null,
    quantity double precision not null, wanted_on text, first_promised_on text, promised_on text,
    promises bigint not null, promise bigint, is_told boolean not null, delivered double precision not null,
    done_on text, audience text not null check (audience in ('internal', 'party'))
);
create unique index order_line_by_record on order_line (record_id, line);
create index order_line_by_item on order_line (item);
create index order_line_by_promise on order_line (done_on, promised_on, id);
below record order_line;

-- Each day that was promised. A later one stands beside it, never in its place.
create table promise (
    id key, record_id bigint not null references record, line bigint not null, no bigint not null,
    promised_on text not null, reason text not null, words text not null, at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party')),
    unique (record_id, line, no)
);
append only promise;
below record promise;
-- That the customer was told of a promise, by which channel, and that they said so.
create table promise_told (
    id key, record_id bigint not null references record, promise bigint not null references promise,
    what text not null check (what in ('told', 'acknowledged')), channel text not null, words text not null,
    at bigint not null, by bigint not null, audience text not null check (audience in ('internal', 'party'))
);
create index promise_told_by_record on promise_told (record_id, promise);
append only promise_told;
below record promise_told;

create table order_delivery (
    id key, record_id bigint not null references record, line bigint not null, quantity text not null,
    delivered_on text not null, words text not null, at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index order_delivery_by_record on order_delivery (record_id, line);
append only order_delivery;
below record order_delivery;

-- How a difference between our quotation and their order was settled; it counts while both say the same.
create table difference_settled (
    id key, record_id bigint not null references record, place text not null, ours text not null,
    theirs text not null, resolution text not null, words text not null, told text not null,
    at bigint not null, by bigint not null
);
create index difference_settled_by_record on difference_settled (record_id, place);
append only difference_settled;
below record difference_settled;

-- Who asked to pass a gate although something is missing, what that was, and who agreed.
create table gate_waiver (
    id key, record_id bigint not null references record, gate text not null, content text not null,
    missing text not null, reason text not null, consents_to bigint, at bigint not null, by bigint not null
);
create index gate_waiver_by_record on gate_waiver (record_id, gate);
append only gate_waiver;
below record gate_waiver;

-- What was said by word of mouth, as we understood it, and what the customer said to that.
create table verbal (
    id key, record_id bigint not null references record, words text not null, said_by text not null,
    said_on text not null, answer_by text not null, frame_contract text not null, letter bigint,
    at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index verbal_by_record on verbal (record_id);
append only verbal;
below record verbal;
create table verbal_answer (
    id key, record_id bigint not null references record, verbal bigint not null references verbal,
    answer text not null, words text not null, at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index verbal_answer_by_record on verbal_answer (record_id, verbal);
append only verbal_answer;
below record verbal_answer;
