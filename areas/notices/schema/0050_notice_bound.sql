-- What a notice stands for: the fingerprint of what its change said, and of what it proposed for whoever is told, when it
-- was sent. Where the change says something else by now, they were told of something else.

alter table notice_of_change add column stands_for text not null default '';
