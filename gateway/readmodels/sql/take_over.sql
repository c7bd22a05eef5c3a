-- The rows that were built beside take the place of those that were.
INSERT INTO {table} SELECT * FROM built_{table}
