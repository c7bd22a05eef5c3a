-- It has gone off, and this became of it.
INSERT INTO timer_effects (kind, key, due, cause, state, reason) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
