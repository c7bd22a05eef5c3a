-- What became of it.
UPDATE policy_effects SET state = $4, reason = $5, settled_at = clock_timestamp()
WHERE policy = $1 AND cause = $2 AND target = $3
