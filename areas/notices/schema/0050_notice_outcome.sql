-- What became of the change of which somebody was told, as they were told of it.

create table notice_outcome (
    id key, record_id bigint not null references record,
    outcome text not null, on_day text not null, at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index notice_outcome_by_record on notice_outcome (record_id);
append only notice_outcome;
below record notice_outcome;
