-- Idempotency keys are kept for 30 days.
DELETE FROM idempotency WHERE kept_since < now() - interval '30 days'
