-- The stored answers of these (client, key) pairs.
SELECT offered.place, known.body_sha256, known.last_sequence, known.status, known.headers, known.answer
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS offered (client, key, place)
JOIN idempotency AS known ON known.client = offered.client AND known.key = offered.key
