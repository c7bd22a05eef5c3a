-- The latest name of everything that an initiative has named within a cut.
SELECT DISTINCT ON (id) id, label
FROM labels_1
WHERE initiative_id = $1
    AND sequence <= CASE source WHEN 'agenda' THEN $2::bigint WHEN 'measurement' THEN $3::bigint ELSE $4::bigint END
    AND true_at <= $5
ORDER BY id, source, sequence DESC
