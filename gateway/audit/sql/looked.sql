-- What the last look came to; empty where all was well.
INSERT INTO witness_looks (source, refused) VALUES ($1, $2)
ON CONFLICT (source) DO UPDATE SET refused = excluded.refused, at = now()
WHERE witness_looks.refused <> excluded.refused
