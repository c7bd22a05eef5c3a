-- The next lines of this process's own log.
SELECT sequence, line FROM events WHERE sequence > $1 ORDER BY sequence LIMIT $2
