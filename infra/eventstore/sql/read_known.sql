-- One stream as it was at a version and a sequence.
SELECT line
FROM events
WHERE stream_id = $1 AND stream_version <= $2 AND sequence <= $3
ORDER BY stream_version
