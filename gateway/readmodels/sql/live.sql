-- The facts behind one vector and up to another, in the order of recording.
SELECT t.source, t.sequence, t.fact, t.step, t.cycle_id, t.recordedtime, j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE t.source = $1
    AND t.sequence > $2
    AND t.sequence <= $3
    AND t.fact <> ALL ($7::text[])
    AND ($4::uuid IS NULL OR t.initiative_id = $4)
    AND ($5::text IS NULL OR t.fact = $5)
ORDER BY t.sequence
LIMIT $6
