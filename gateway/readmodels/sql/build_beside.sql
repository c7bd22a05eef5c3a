-- A table of the same columns that only this connection sees, and that ends with it.
CREATE TEMPORARY TABLE built_{table} (LIKE {table})
