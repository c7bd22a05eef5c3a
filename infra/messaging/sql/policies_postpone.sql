-- Not yet: again in a moment, and each time a little later.
UPDATE policy_effects
SET tries = tries + 1, reason = $4, not_before = clock_timestamp() + $5 * interval '1 second'
WHERE policy = $1 AND cause = $2 AND target = $3
