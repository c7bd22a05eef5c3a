-- The latest row of each side of each indicator of an initiative, within a cut.
SELECT DISTINCT ON (thing_id, side) source, sequence, thing_id, side, body
FROM progress_1
WHERE initiative_id = $1
    AND sequence <= $2
    AND CASE WHEN begins IS NULL THEN true_at <= $3 ELSE begins <= $4 END
ORDER BY thing_id, side, sequence DESC
