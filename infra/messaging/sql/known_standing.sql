-- The things of one kind of an initiative that are known here and still stand.
SELECT id FROM known WHERE kind = $1 AND initiative_id = $2 AND state = 'known'
