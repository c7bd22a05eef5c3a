-- A page of one source's lines in sequence.
SELECT line FROM journal
WHERE source = $1 AND sequence > $2 AND sequence <= $3
ORDER BY sequence
LIMIT $4
