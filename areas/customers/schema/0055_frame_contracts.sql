-- By which clause of which contract an organisation lets silence be consent, from a day until a day. No audience:
-- outsiders read none.
create table frame_contract (
    id key, record_id bigint not null references record, number text not null, clause text not null,
    holds_from text not null, holds_until text, at bigint not null, by bigint not null
);
create index frame_contract_by_record on frame_contract (record_id);
below record frame_contract;
