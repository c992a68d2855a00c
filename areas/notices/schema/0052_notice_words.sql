-- For which words of the change the words of a notice were written: their fingerprint. Empty where that is not known.

alter table notice_of_change add column words_for text not null default '';
