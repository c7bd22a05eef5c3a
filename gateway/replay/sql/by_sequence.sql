-- The lines of one source after a sequence, in sequence.
SELECT line
FROM journal
WHERE source = $1 AND sequence > $2::bigint AND sequence <= $3::bigint
    AND ($4::uuid IS NULL OR initiative_id = $4::uuid)
    AND ($5::text IS NULL OR type LIKE 'commonweal.' || $5::text || '.v%')
    AND "time" >= $6::timestamptz AND "time" <= $7::timestamptz
ORDER BY sequence
