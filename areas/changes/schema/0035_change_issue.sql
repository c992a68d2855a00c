-- What comes up while a change is carried out, and what it does to the plan.

create table change_issue (
    id bigint primary key references record,
    change bigint,                     -- the change during which it came up
    task bigint,                       -- the step of its plan that it holds up; none where it concerns the whole
    happened text not null, effect text not null,
    days bigint,                       -- by so many days the plan becomes later
    cost text not null,                -- what it costs: a decimal as it was written
    answer text not null               -- what was done about it, or why it is none
);
create index change_issue_by_change on change_issue (change);
