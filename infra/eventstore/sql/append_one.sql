-- One round trip for a request that comes alone; see migration 0002.
SELECT base, recorded
FROM append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
