-- Whole streams, each oldest first, one index walk a stream.
SELECT wanted.stream_id, found.line
FROM unnest($1::uuid[]) AS wanted (stream_id)
CROSS JOIN LATERAL (
    SELECT e.line
    FROM events AS e
    WHERE e.stream_id = wanted.stream_id
    ORDER BY e.stream_version
) AS found
