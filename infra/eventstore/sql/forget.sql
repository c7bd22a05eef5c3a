-- Idempotency keys are kept for 30 days. So many of the older ones go, and how many that were.
WITH gone AS (
    DELETE FROM idempotency
    WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency
        WHERE kept_since < now() - interval '30 days'
        LIMIT $1
    ))
    RETURNING 1
)
SELECT count(*) FROM gone
