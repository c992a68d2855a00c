-- The mail domains of an organisation, one a line, so that a sender is known by one look.
create table domain_of (id key, record_id bigint not null references record, domain text not null);
create index domain_of_by_domain on domain_of (domain);
create index domain_of_by_record on domain_of (record_id);
below record domain_of;

-- Taken out of the list that the body keeps, letter by letter: the engines share no function that parts a list.
insert into domain_of (record_id, domain)
with recursive step (id, place, word, done) as (
    select id, 1, cast('' as text), cast('' as text) from organisation where domains <> '[]'
    union all
    select it.id, place + 1,
        case when substr(domains, place, 1) in ('"', '[', ']', ',') then '' else word || substr(domains, place, 1) end,
        case when substr(domains, place, 1) = '"' then word else '' end
    from step join organisation as it on it.id = step.id where place <= length(domains)
)
select distinct id, lower(done) from step where done <> '';
