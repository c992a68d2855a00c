-- What was decided of single lines of orders: whether the new revision holds for them, perhaps from a lot or a serial
-- number on, or the one before it. It comes before what was said of the revision for everybody.
create table validity_for (
    id key, record_id bigint not null references record, no bigint not null,
    order_number text not null, line bigint not null,
    takes text not null check (takes in ('new', 'old')),
    basis text not null check (basis in ('day', 'lot', 'serial', 'order')),
    starts text not null,              -- from where on the line gets it; empty where at once
    change bigint, at bigint not null, by bigint not null
);
create index validity_for_by_record on validity_for (record_id, no);
create index validity_for_by_order on validity_for (order_number);
append only validity_for;
below record validity_for;
