-- Lines of measurement by their places.
SELECT sequence, line FROM journal WHERE source = 'measurement' AND sequence = ANY ($1::bigint[]) ORDER BY sequence
