-- What a set asks of the words of its requirements, and findings that somebody answered.

create table wording_choice (
    id key, record_id bigint not null unique references record,
    rules_off text not null,           -- json: codes of rules that are not asked
    terms text not null                -- json: abbreviations that its readers know
);
below record wording_choice;

-- A finding that somebody dismissed. It goes when the words go.
create table wording_dismissed (
    id key, record_id bigint not null references record,
    field text not null, rule text not null, words text not null,
    reason text not null, at bigint not null, by bigint not null
);
create index wording_dismissed_by_record on wording_dismissed (record_id);
below record wording_dismissed;
