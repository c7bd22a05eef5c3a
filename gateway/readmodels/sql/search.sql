-- The facts within a cut that speak of something, the most fitting first.
SELECT s.source, s.sequence, s.fact, t.step, t.cycle_id, j.line,
    ts_headline('english', s.words, q.query, 'StartSel=«,StopSel=»,MaxWords=30,MinWords=10') AS found
FROM search_1 AS s
CROSS JOIN (SELECT websearch_to_tsquery('english', $1) AS query) AS q
JOIN timeline_1 AS t ON t.source = s.source AND t.sequence = s.sequence
JOIN journal AS j ON j.source = s.source AND j.sequence = s.sequence
WHERE to_tsvector('english', s.words) @@ q.query
    AND s.sequence <= CASE s.source WHEN 'agenda' THEN $2::bigint WHEN 'measurement' THEN $3::bigint ELSE $4::bigint END
    AND s.true_at <= $5
    AND ($6::uuid IS NULL OR s.initiative_id = $6)
    AND ($7::text IS NULL OR s.fact = $7)
ORDER BY ts_rank(to_tsvector('english', s.words), q.query) DESC, t.recordedtime DESC, s.source, s.sequence
OFFSET $8
LIMIT $9
