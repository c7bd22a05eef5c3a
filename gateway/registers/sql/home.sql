-- Whose initiative a thing is: that of the fact of this kind in its stream.
SELECT initiative_id
FROM timeline_1
WHERE about = $1
    AND fact = $2
    AND sequence <= CASE source WHEN 'agenda' THEN $3::bigint WHEN 'measurement' THEN $4::bigint ELSE $5::bigint END
    AND true_at <= $6
LIMIT 1
