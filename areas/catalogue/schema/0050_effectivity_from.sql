-- From where on a revision of an item holds: what a change puts in force by lot, serial number or order says so. The days
-- that were told before are told to the one question, too, which revision holds.

alter table effectivity add column basis text not null default 'day';
alter table effectivity add column starts text not null default '';

insert into validity (record_id, no, basis, starts, change, at, by)
select told.record_id, told.no, 'day', told.from_day, cast(null as bigint), told.at, told.by from effectivity as told
where not exists (select 1 from validity as said
    where said.record_id = told.record_id and said.no = told.no and said.at >= told.at)
order by told.id;
