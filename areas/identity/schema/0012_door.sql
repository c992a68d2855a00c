-- The second factor, links by which somebody sets a password, the book of the door, and who stands in for whom.

-- What a session still waits for: nothing, the code of the second factor, or that one is set up.
alter table session add column awaits text not null default '';

-- The secret is sealed with a key outside the database. A step of the clock lets somebody in once.
create table factor (
    id key, record_id bigint not null unique references record, secret text not null, last_step bigint not null,
    made_at bigint not null, confirmed_at bigint
);
create table recovery_code (
    id key, record_id bigint not null references record, code text not null, used_at bigint
);
create index recovery_code_by_record on recovery_code (record_id);

-- A link is good once, until its hour, and only as long as the password that it replaces stays as it was.
create table password_link (
    id key, record_id bigint not null references record,
    purpose text not null check (purpose in ('invitation', 'reset')), secret text not null unique,
    made_by bigint not null, made_at bigint not null, expires_at bigint not null,
    password_of bigint not null,       -- when that password was set, 0 where there was none
    used_at bigint, revoked_at bigint
);
create index password_link_by_record on password_link (record_id);

-- Who knocked, off the trail and forgotten after a while. Where nobody has the address, no record is named.
create table knock (
    id key, record_id bigint references record, at bigint not null, outcome text not null,
    place text not null, agent text not null, is_new boolean not null
);
create index knock_by_record on knock (record_id, at);
create index knock_by_moment on knock (at);

-- Who acts for whom, from a day until a day: for one function, or for all that the person does.
create table deputyship (
    id key, record_id bigint not null references record, deputy bigint not null references record,
    function bigint references record, since text not null, until text not null, ended_at bigint,
    made_by bigint not null, made_at bigint not null
);
create index deputyship_by_record on deputyship (record_id, until);
create index deputyship_by_deputy on deputyship (deputy, until);
below record deputyship;
