-- Who holds these claims of one kind.
SELECT key, holder FROM claims WHERE kind = $1 AND key = ANY($2::text[])
