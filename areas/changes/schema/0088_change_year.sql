-- That somebody looked back on the changes of a year: for which function (the record), what they saw, what follows, and
-- how the year stood then.

create table change_year (
    id key, record_id bigint not null references record, year bigint not null, seen text not null,
    follows text not null, figures text not null, at bigint not null, by bigint not null
);
create index change_year_by_year on change_year (year, id);
below record change_year;
