-- What a change means for the open lines of orders, and how its plan was changed.

-- Which revision an open line of an order gets: decided before the release, kept with the revision at the release.
create table change_order_line (
    id key, record_id bigint not null references record,
    order_id bigint not null, line bigint not null,
    item bigint not null,              -- what changes of it: an item of the catalogue, a requirement set
    takes text not null check (takes in ('new', 'old')),
    basis text not null, starts text not null, -- from where on it gets the new one; empty where at once
    reason text not null, at bigint not null, by bigint not null,
    unique (record_id, order_id, line, item)
);
below record change_order_line;

-- Each time a task of a plan got another day, with the reason. The first day stays known.
create table change_replan (
    id key, record_id bigint not null references record, task bigint not null references task,
    due_before text, due_after text, reason text not null, at bigint not null, by bigint not null
);
create index change_replan_by_record on change_replan (record_id, task);
append only change_replan;
below record change_replan;
