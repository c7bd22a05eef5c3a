-- A timer is set, or set to another time.
INSERT INTO timers (kind, key, due, about, cause, correlation) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, key) DO UPDATE
SET due = excluded.due, about = excluded.about, cause = excluded.cause,
    correlation = excluded.correlation
