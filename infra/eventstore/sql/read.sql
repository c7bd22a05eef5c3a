-- Streams after a version of each, oldest first, one index walk a stream; by place in the question.
SELECT wanted.place, found.line
FROM unnest($1::uuid[], $2::integer[]) WITH ORDINALITY AS wanted (stream_id, after, place)
CROSS JOIN LATERAL (
    SELECT e.line
    FROM events AS e
    WHERE e.stream_id = wanted.stream_id AND e.stream_version > wanted.after
    ORDER BY e.stream_version
) AS found
