-- What has to be said of a new record and a row does not say: the names of extra fields, with a space between.

alter table import_row add column lacks text not null default '';
