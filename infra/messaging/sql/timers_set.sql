-- A timer is set, or set to another time; what has gone off by this line is not set again.
INSERT INTO timers (kind, key, due, about, cause, correlation)
SELECT $1, $2, $3, $4, $5, $6
WHERE NOT EXISTS (
    SELECT FROM timer_effects WHERE kind = $1 AND key = $2 AND due = $3 AND cause = $5
)
ON CONFLICT (kind, key) DO UPDATE
SET due = excluded.due, about = excluded.about, cause = excluded.cause,
    correlation = excluded.correlation
