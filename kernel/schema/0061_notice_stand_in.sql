-- For whom somebody hears of it who stands in: whoever is absent; null where it concerns them themselves.

alter table notice add column stands_in_for bigint;
