-- Some lines of the agenda by their places.
SELECT sequence, line FROM journal WHERE source = 'agenda' AND sequence = ANY ($1::bigint[])
