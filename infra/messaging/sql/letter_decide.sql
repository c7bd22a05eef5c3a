-- What somebody wants done with a message that nobody has settled yet.
UPDATE dead_letters SET state = $2, settled = $3
WHERE id = $1 AND state IN ('open', 'retry', 'skip')
RETURNING id
