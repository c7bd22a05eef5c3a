-- Nothing is left of a person here.
DELETE FROM people WHERE reference = $1 RETURNING reference
