-- What is under a change and closed to other edits, for what each revision holds, and which task waits for which.

create table under_change (
    id key, record_id bigint not null references record,  -- what would change
    change bigint not null references record,
    at bigint not null, by bigint not null,
    unique (record_id, change)
);
create index under_change_by_change on under_change (change);
below record under_change;

-- From which day, lot or serial number on, or for which order, a revision holds. What was said is never changed.
create table validity (
    id key, record_id bigint not null references record, no bigint not null,
    basis text not null check (basis in ('day', 'lot', 'serial', 'order')),
    starts text not null,              -- a day like 2026-11-16; else as people write it
    change bigint,                     -- the change that put it in force
    at bigint not null, by bigint not null
);
create index validity_by_record on validity (record_id, no);
append only validity;
below record validity;

create table task_after (
    id key, record_id bigint not null references record,
    task bigint not null references task, after bigint not null references task,
    at bigint not null, by bigint not null,
    unique (task, after)
);
create index task_after_by_after on task_after (after);
below record task_after;
