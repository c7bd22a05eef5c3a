-- Idempotency keys are kept for 30 days, but for those of timers and policies: they keep an effect
-- from happening twice. So many of the older ones go, and how many that were.
WITH gone AS (
    DELETE FROM idempotency
    WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency
        WHERE kept_since < now() - interval '30 days'
            AND client NOT IN ('timers', 'policies')
        LIMIT $1
    ))
    RETURNING 1
)
SELECT count(*) FROM gone
