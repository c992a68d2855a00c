-- Where what a task asks is done, where a click on "Done" would not do it: an address in the product.

alter table task add column place text;
