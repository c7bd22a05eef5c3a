-- The evidence of a refusal, once.
INSERT INTO witness_refusals (source, why, note, seen) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
