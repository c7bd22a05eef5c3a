-- A stretch of one source's lines, of some types only, which end before their version's digits. In no order:
-- with one, the planner sorts all of the stretch on disk.
SELECT line FROM journal
WHERE source = $1 AND sequence > $2 AND sequence <= $3 AND rtrim(type, '0123456789') = ANY ($4::text[])
