-- The facts of a cycle, and those about its activities that were recorded while it ran.
SELECT t.source, t.sequence, t.fact, t.step, t.cycle_id, t.recordedtime, j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE (
        t.cycle_id = $1
        OR (t.about = ANY ($2::uuid[]) AND t.recordedtime BETWEEN $7 AND $8)
    )
    AND t.sequence <= CASE t.source WHEN 'agenda' THEN $3::bigint WHEN 'measurement' THEN $4::bigint ELSE $5::bigint END
    AND t.true_at <= $6
    AND t.initiative_id = $10
    AND t.fact <> ALL ($11::text[])
ORDER BY t.recordedtime, t.source, t.sequence
LIMIT $9
