-- A document that is no record here is known by its name: in small letters, with one space between its words.
alter table change_item add column folded text;
update change_item set folded = lower(name) where item is null;
create index change_item_by_folded on change_item (folded);
