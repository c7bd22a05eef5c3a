-- The things of one kind that are known here and still stand, in any initiative.
SELECT id, initiative_id, label FROM known WHERE kind = $1 AND state = 'known' ORDER BY id LIMIT 1000
