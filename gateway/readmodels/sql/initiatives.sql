-- A page of initiatives by registration, each with the latest row of each of its sides.
WITH listed AS (
    SELECT r.thing_id, r.sequence AS registered
    FROM initiatives_1 AS r
    WHERE r.side = 'registered' AND r.sequence <= $1 AND r.true_at <= $2 AND r.sequence > $3
        AND ($5::uuid IS NULL OR r.thing_id = $5)
        AND ($6::text IS NULL OR $6 = coalesce((
            SELECT s.body::jsonb ->> 'status'
            FROM initiatives_1 AS s
            WHERE s.thing_id = r.thing_id AND s.side = 'status' AND s.sequence <= $1 AND s.true_at <= $2
            ORDER BY s.sequence DESC
            LIMIT 1
        ), 'live'))
        AND ($7::text IS NULL OR (
            SELECT p.body::jsonb -> 'places' @> jsonb_build_array(jsonb_build_object('code', $7::text))
            FROM initiatives_1 AS p
            WHERE p.thing_id = r.thing_id AND p.side = 'places' AND p.sequence <= $1 AND p.true_at <= $2
            ORDER BY p.sequence DESC
            LIMIT 1
        ))
    ORDER BY r.sequence
    LIMIT $4
)
SELECT DISTINCT ON (listed.registered, i.side)
    listed.registered, i.source, i.sequence, i.thing_id, i.side, i.body
FROM listed
JOIN initiatives_1 AS i ON i.thing_id = listed.thing_id
WHERE i.sequence <= $1 AND i.true_at <= $2
ORDER BY listed.registered, i.side, i.sequence DESC
