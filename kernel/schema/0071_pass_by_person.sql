-- Who is looked at is asked for the links that open something for them.
create index pass_by_person on pass (person);
