-- From where on something ends: no revision up to this one holds any more. What was decided of a line of an order then is
-- whether it still gets what ends.

alter table validity add column ends boolean not null default false;
alter table validity_for add column ends boolean not null default false;
