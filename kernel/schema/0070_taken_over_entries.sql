-- Which places are through stands in the entries of the log, which are found by this; the table `taken_over` only
-- remembers within one run how far it came.

create index entry_of_rows_taken_over on entry (id) where deed = 'rows_taken_over';
