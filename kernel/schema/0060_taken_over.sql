-- How far the rows of each place that keeps words were looked at, for those that an older program wrote without naming
-- them in the log; the place that has no name stands for all of them, once they are through.

create table taken_over (
    place text primary key,            -- the digest of the statement that reads its rows
    up_to bigint not null              -- the key of the last row that was looked at
);
