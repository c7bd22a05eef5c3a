-- The latest word on a person takes the place of the one before, which is gone.
INSERT INTO people (reference, name, contact, put_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (reference) DO UPDATE
SET name = excluded.name, contact = excluded.contact, put_at = excluded.put_at
RETURNING xmax = 0
