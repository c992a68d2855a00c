-- For whom somebody entered a result who stood in for the person that was fixed to look.

alter table change_criterion add column acts_for bigint;
