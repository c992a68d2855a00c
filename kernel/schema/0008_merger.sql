-- Two records that were the same: the other leads to the one that stays, until they are parted again. What went
-- over is kept, so that exactly that can go back. No audience: outsiders read none.

create table merger (
    id key, record_id bigint not null references record, other bigint not null references record,
    moved text not null,               -- json
    at bigint not null, by bigint not null, undone_at bigint, undone_by bigint
);
create index merger_by_record on merger (record_id);
create index merger_by_other on merger (other);
below record merger;
