-- The orders that rest on a requirement set, asked when the set changes.
create index sales_order_by_set on sales_order (requirement_set);
