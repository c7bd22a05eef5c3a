-- One line by its place.
SELECT line FROM journal WHERE source = $1 AND sequence = $2
