-- The last sequence of each source that was recorded up to an instant.
SELECT w.source, coalesce(last.sequence, 0) AS sequence
FROM watermarks AS w
LEFT JOIN LATERAL (
    SELECT j.sequence
    FROM journal AS j
    WHERE j.source = w.source AND j.recordedtime <= $1
    ORDER BY j.recordedtime DESC, j.sequence DESC
    LIMIT 1
) AS last ON true
WHERE w.reader = 'journal'
