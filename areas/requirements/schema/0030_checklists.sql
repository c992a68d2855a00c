-- What a house asks itself about a kind of product, what sets answer, and contradictions that somebody let stand.

create table checklist (
    id bigint primary key references record,
    purpose text not null,
    signs text not null,               -- json: words by which a set is known to be about such a product
    questions text not null            -- json: what is asked, and why
);

-- By which revision of a checklist a set is asked.
create table set_checklist (
    id key, record_id bigint not null references record,
    checklist bigint not null references record, revision bigint not null,
    at bigint not null, by bigint not null,
    unique (record_id, checklist)
);
below record set_checklist;

-- What a set says to a question. Each word stays; the last one counts, as long as the question asks the same.
create table elicited (
    id key, record_id bigint not null references record,
    checklist bigint not null references record, question text not null,
    asked text not null,               -- the words of the question
    answer text not null check (answer in ('open', 'stated', 'not_applicable', 'asked')),
    requirement bigint references record, task bigint references task,
    reason text not null, at bigint not null, by bigint not null
);
create index elicited_by_record on elicited (record_id);
append only elicited;
below record elicited;

-- Two requirements that contradict each other, and why they may. It holds while both say what they said.
create table contradiction_dismissed (
    id key, record_id bigint not null references record,
    other bigint not null references record,
    says text not null,                -- what both say of what is measured
    reason text not null, at bigint not null, by bigint not null
);
create index contradiction_dismissed_by_record on contradiction_dismissed (record_id);
create index contradiction_dismissed_by_other on contradiction_dismissed (other);
below record contradiction_dismissed;
