-- The lines of an initiative's releases within a cut, in the order of recording.
SELECT j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE t.initiative_id = $1
    AND t.fact = ANY ($2::text[])
    AND t.source = 'measurement'
    AND t.sequence <= $3
ORDER BY t.sequence
