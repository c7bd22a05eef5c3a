-- A page of one source's lines in sequence, of some types only; these end before their version's digits.
SELECT line FROM journal
WHERE source = $1 AND sequence > $2 AND sequence <= $3 AND rtrim(type, '0123456789') = ANY ($5::text[])
ORDER BY sequence
LIMIT $4
