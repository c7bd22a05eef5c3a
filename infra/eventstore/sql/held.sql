-- The claims of one kind, in the order of their keys, after a key.
SELECT key, holder FROM claims WHERE kind = $1 AND key > $2 ORDER BY key LIMIT $3
