-- Extra fields that whoever opens a record has to say.

alter table extra_field add column required boolean not null default false;
