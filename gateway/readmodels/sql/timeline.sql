-- The facts of an initiative after a place, within a cut, in the order of recording.
SELECT t.source, t.sequence, t.fact, t.step, t.cycle_id, t.recordedtime, j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE t.initiative_id = $1
    AND t.sequence <= CASE t.source WHEN 'agenda' THEN $2::bigint WHEN 'measurement' THEN $3::bigint ELSE $4::bigint END
    AND t.true_at <= $5
    AND t.fact <> ALL ($16::text[])
    AND (t.recordedtime, t.source, t.sequence) > ($6::timestamptz, $7::text, $8::bigint)
    AND ($9::text IS NULL OR t.step = $9)
    AND ($10::uuid IS NULL OR t.cycle_id = $10)
    AND ($11::text IS NULL OR t.source = $11)
    AND ($12::text IS NULL OR t.fact = $12)
    AND ($13::uuid IS NULL OR t.about = $13)
    AND ($14::text IS NULL OR strpos(j.line, $14) > 0)
ORDER BY t.recordedtime, t.source, t.sequence
LIMIT $15
