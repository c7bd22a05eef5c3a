-- One round trip for what all waiting requests offer; see migration 0002.
SELECT base, recorded, outcomes
FROM append_offers(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
    $12, $13, $14, $15, $16, $17, $18, $19, $20, $21
)
