-- A condition stands below the signature of whoever set it, as a verdict does: it is never changed or taken away. What is said
-- of it stands in condition_word and condition_end.
append only review_condition;
