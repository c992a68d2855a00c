-- Of which thing of a change they were told that it goes on, as they know it; empty where it was the whole change.

alter table notice_outcome add column item text not null default '';
