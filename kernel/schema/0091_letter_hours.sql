-- A letter that waited for the hours of whoever gets it is tried again in those hours alone.
alter table letter add column keeps_hours boolean not null default false;
update letter set keeps_hours = true where state in ('queued', 'held') and attempts = 0 and due_at > queued_at;
