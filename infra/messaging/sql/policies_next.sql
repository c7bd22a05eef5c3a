-- Those that have waited longest and that nobody works on, in the order of their index. The locks last
-- as long as the work does, so what a killed process leaves is taken up by the next one.
SELECT policy, cause, target, line, tries FROM policy_effects
WHERE state = 'waiting' AND not_before <= statement_timestamp()
ORDER BY not_before, queued LIMIT $1 FOR UPDATE SKIP LOCKED
