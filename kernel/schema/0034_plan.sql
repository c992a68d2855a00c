-- What a task of a plan is beside who does it by when: work that takes hours, money and means, or a milestone.

create table plan_step (
    id key, record_id bigint not null references record,
    task bigint not null unique references task,
    sort text not null check (sort in ('step', 'milestone')),
    starts text,                       -- the day on which it is to be begun
    first_due text,                    -- the day that was planned at first
    effort text not null,              -- hours: a decimal as it was written
    cost text not null,                -- what it costs beside the hours: a decimal as it was written
    evidence text not null,            -- what shows that it is done, or reached
    at bigint not null, by bigint not null
);
create index plan_step_by_record on plan_step (record_id);
below record plan_step;

-- What a step needs: people for so many hours, equipment, material; and whether that is there.
create table plan_resource (
    id key, record_id bigint not null references record, task bigint not null references task,
    sort text not null check (sort in ('people', 'equipment', 'material')),
    name text not null, person bigint,
    amount text not null,              -- as people write it: 16 rings
    hours text not null,               -- of people: a decimal as it was written
    is_there text not null check (is_there in ('unknown', 'there', 'lacking')),
    expected text,                     -- the day on which it will be there
    at bigint not null, by bigint not null
);
create index plan_resource_by_record on plan_resource (record_id);
below record plan_resource;

-- What was spent on a step. What was booked stays; a booking below zero corrects it.
create table plan_spent (
    id key, record_id bigint not null references record, task bigint not null references task,
    person bigint not null, day text not null,
    hours text not null, cost text not null, -- decimals as they were written
    words text not null, at bigint not null, by bigint not null
);
create index plan_spent_by_record on plan_spent (record_id);
append only plan_spent;
below record plan_spent;
