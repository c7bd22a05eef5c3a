-- The oldest that waits and that nobody works on. The lock lasts as long as the work does, so what
-- a killed process leaves is taken up by the next one.
SELECT policy, cause, target, line, tries FROM policy_effects
WHERE state = 'waiting' AND not_before <= clock_timestamp()
ORDER BY queued LIMIT 1 FOR UPDATE SKIP LOCKED
