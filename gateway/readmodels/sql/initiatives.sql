-- A page of initiatives by registration, each with the latest row of each of its sides.
WITH listed AS (
    SELECT thing_id, sequence AS registered
    FROM initiatives_1
    WHERE side = 'registered' AND sequence <= $1 AND true_at <= $2 AND sequence > $3
        AND ($5::uuid IS NULL OR thing_id = $5)
    ORDER BY sequence
    LIMIT $4
)
SELECT DISTINCT ON (listed.registered, i.side)
    listed.registered, i.source, i.sequence, i.thing_id, i.side, i.body
FROM listed
JOIN initiatives_1 AS i ON i.thing_id = listed.thing_id
WHERE i.sequence <= $1 AND i.true_at <= $2
ORDER BY listed.registered, i.side, i.sequence DESC
