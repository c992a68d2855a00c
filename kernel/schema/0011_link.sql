-- What a record says now, as a digest; what both ends of a tie said when it was last judged, by whom and when.
-- Of what is over it is the empty text: it says nothing any more.

alter table record add column says text;
alter table link add column judged_at bigint;
alter table link add column judged_by bigint;

-- Both ways along a tie without looking at the table itself.
drop index link_by_target;
create index link_by_target on link (target, role, source);
create index link_by_source on link (source, role, target);
