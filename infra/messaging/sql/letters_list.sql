-- Messages that could not be read, oldest first.
SELECT id, reader, source, origin, partition, position, sequence, reason, state, settled,
       received_at, settled_at, octet_length(message)
FROM dead_letters
WHERE id > $1 AND ($2 OR state IN ('open', 'retry', 'skip'))
ORDER BY id
LIMIT $3
