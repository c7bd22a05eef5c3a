-- A model's rows can be made again from the journal at any time.
DELETE FROM {table}
