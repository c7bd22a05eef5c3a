-- The facts of an initiative of some kinds within a cut, in the order of recording.
SELECT t.source, t.sequence, t.fact, j.subject, j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE t.initiative_id = $1
    AND t.fact = ANY ($2::text[])
    AND t.sequence <= CASE t.source WHEN 'agenda' THEN $3::bigint WHEN 'measurement' THEN $4::bigint ELSE $5::bigint END
    AND t.true_at <= $6
    AND t.fact <> ALL ($7::text[])
ORDER BY t.recordedtime, t.source, t.sequence
