-- What a house of many years asks often, by an index: lists by creation and by title, what a customer was concerned
-- with last, what a file is called, and the ties that want a look.

create index record_by_creation on record (kind, created_at, id);
create index record_by_title on record (kind, title, id);
drop index record_by_party;
create index record_by_party on record (party, kind, changed_at, id);
create index attachment_by_digest on attachment (digest);

-- Kept with every change of an end, so that nobody has to compare all ties to find the few.
alter table link add column is_suspect boolean not null default false;
update link set is_suspect = true where exists (
    select 1 from record as s, record as t where s.id = source and t.id = target
    and (source_digest <> s.says or target_digest <> t.says)
);
create index link_suspect on link (id) where is_suspect;
