-- The stored answers of these (client, key) pairs; each looked up by itself, whatever the table's size.
SELECT offered.place, known.body_sha256, known.last_sequence, known.status, known.headers, known.answer
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS offered (client, key, place)
CROSS JOIN LATERAL (
    SELECT k.body_sha256, k.last_sequence, k.status, k.headers, k.answer
    FROM idempotency AS k
    WHERE k.client = offered.client AND k.key = offered.key
    LIMIT 1
) AS known
