-- All streams in the order of recording: the relay's page and the gap repair's.
SELECT sequence, initiative_id, line
FROM events
WHERE sequence > $1
ORDER BY sequence
LIMIT $2
