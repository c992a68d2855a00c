-- What somebody was reminded of, so that nobody is reminded of it twice. It is off the trail but for its deed.

create table reminder (
    id key, once text not null unique, -- what is due, on which day, which rung of its ladder
    record_id bigint not null references record, at bigint not null
);
