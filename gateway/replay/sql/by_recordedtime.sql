-- The lines of all sources, merged in the order in which they were recorded.
SELECT line
FROM journal
WHERE (
        (source = 'agenda' AND sequence > $1::bigint AND sequence <= $2::bigint)
        OR (source = 'measurement' AND sequence > $3::bigint AND sequence <= $4::bigint)
        OR (source = 'activities' AND sequence > $5::bigint AND sequence <= $6::bigint)
    )
    AND ($7::uuid IS NULL OR initiative_id = $7::uuid)
    AND ($8::text IS NULL OR type LIKE 'commonweal.' || $8::text || '.v%')
    AND ($9::timestamptz IS NULL OR "time" >= $9::timestamptz)
    AND ($10::timestamptz IS NULL OR "time" <= $10::timestamptz)
    AND ($11::text IS NULL OR source = $11::text)
ORDER BY recordedtime, source, sequence
