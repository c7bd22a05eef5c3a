-- Messages that could not be read and are not settled yet.
SELECT source, origin, partition, position, sequence
FROM dead_letters
WHERE reader = $1 AND state IN ('open', 'retry', 'skip')
