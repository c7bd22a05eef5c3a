-- Whole streams, each oldest first.
SELECT stream_id, line
FROM events
WHERE stream_id = ANY($1::uuid[])
ORDER BY stream_id, stream_version
