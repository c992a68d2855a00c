-- What was decided each time that a review was closed, and of which revision: a review may be opened again and closed with
-- another word. What the review itself says of it is the last of these.
create table review_outcome (
    id key, record_id bigint not null references record,
    revision bigint not null, digest text not null,    -- of that revision
    words text not null, at bigint not null
);
create index review_outcome_by_record on review_outcome (record_id);
append only review_outcome;
below record review_outcome;

insert into review_outcome (record_id, revision, digest, words, at)
select review.id, review.revision, review.digest, review.outcome, record.changed_at
from review join record on record.id = review.id
where record.state in ('accepted', 'conditional', 'declined') order by review.id;
