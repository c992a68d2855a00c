-- The open lines of what is ordered, asked on every page of a change.
create index order_line_open on order_line (item, record_id, line) where done_on is null;
