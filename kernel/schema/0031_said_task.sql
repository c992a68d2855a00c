-- What the product itself asks is kept as a sentence, and read in the language of whoever reads it.

alter table task add column said text;     -- json
