-- The day on which a step of a plan was to begin before, and the other one that it got.
alter table change_replan add column begins_before text;
alter table change_replan add column begins_after text;
