-- What became of it; what still waits does so a little longer.
UPDATE policy_effects
SET state = $4, reason = $5, tries = tries + ($4 = 'waiting')::int,
    not_before = clock_timestamp() + $6 * interval '1 second',
    settled_at = CASE WHEN $4 <> 'waiting' THEN clock_timestamp() END
WHERE policy = $1 AND cause = $2 AND target = $3
