-- The latest row of each side of these things within a cut.
SELECT DISTINCT ON (thing_id, side) source, sequence, initiative_id, thing_id, side, body
FROM cycles_1
WHERE thing_id = ANY ($1::uuid[])
    AND sequence <= CASE source WHEN 'agenda' THEN $2::bigint ELSE $3::bigint END
    AND true_at <= $4
ORDER BY thing_id, side, sequence DESC
