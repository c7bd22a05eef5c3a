-- The facts about some things of an initiative within a cut, in the order of recording; some kinds are left out.
SELECT t.source, t.sequence, t.fact, j.subject, j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE t.about = ANY ($1::uuid[])
    AND t.fact <> ALL ($2::text[])
    AND t.sequence <= CASE t.source WHEN 'agenda' THEN $3::bigint WHEN 'measurement' THEN $4::bigint ELSE $5::bigint END
    AND t.true_at <= $6
    AND t.initiative_id = $7
ORDER BY t.recordedtime, t.source, t.sequence
LIMIT 1000
