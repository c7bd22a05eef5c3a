-- Whether an initiative's thing is known here, and still stands.
SELECT state FROM known WHERE kind = $1 AND id = $2 AND initiative_id = $3
