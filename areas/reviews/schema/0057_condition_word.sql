-- That a condition is met: who said it and by what one sees it, who confirmed it, who sent it back and why. Conditions that
-- were met before this was asked have no line here: their task is settled, and they hold as confirmed.
create table condition_word (
    id key, record_id bigint not null references record,
    condition bigint not null references review_condition,
    word text not null check (word in ('met', 'confirmed', 'sent_back')),
    words text not null,               -- by what one sees it, or why it is sent back
    person bigint not null, at bigint not null,
    task bigint references task        -- by which whoever meets it is asked again
);
create index condition_word_by_record on condition_word (record_id);
append only condition_word;
below record condition_word;
