-- It has gone off, or is needed no more.
DELETE FROM timers WHERE kind = $1 AND key = $2
