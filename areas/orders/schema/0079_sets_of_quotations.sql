-- The orders that rest on a requirement set by their quotation, asked when the set changes.
create index quotation_by_set on quotation (requirement_set);
create index sales_order_by_quotation on sales_order (quotation);
