-- Which files a revision was frozen with. What was frozen before this was kept has none here.

create table revision_file (
    id key, record_id bigint not null references record, no bigint not null,
    attachment bigint not null references attachment,
    unique (record_id, no, attachment)
);
append only revision_file;
below record revision_file;
