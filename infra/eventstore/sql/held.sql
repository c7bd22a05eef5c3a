-- The claims of one kind, in the order of their keys, after a key; between the first and the last that
-- a prefix may begin.
SELECT key, holder FROM claims
WHERE kind = $1 AND key > $2 AND key >= $4 AND key < $5
ORDER BY key LIMIT $3
