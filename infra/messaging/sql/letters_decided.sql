-- Messages that somebody wants tried again, or skipped.
SELECT source, origin, partition, position, sequence, state, settled, message_key, message
FROM dead_letters
WHERE reader = $1 AND state IN ('retry', 'skip')
ORDER BY source, sequence NULLS FIRST, id
