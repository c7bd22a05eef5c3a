-- Those of these persons who are in the directory.
SELECT reference, name, contact, put_at FROM people WHERE reference = ANY ($1::text[])
