-- That a condition is no longer asked, and why. Nothing is said of it afterwards.
create table condition_end (
    id key, record_id bigint not null references record,
    condition bigint not null references review_condition,
    words text not null,               -- why
    person bigint not null, at bigint not null
);
create index condition_end_by_record on condition_end (record_id);
append only condition_end;
below record condition_end;
