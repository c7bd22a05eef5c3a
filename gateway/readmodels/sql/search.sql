-- The facts within a cut that speak of something, the most fitting first. Ranks are rounded: their last
-- digits differ between builds of PostgreSQL, and an answer may not.
SELECT s.source, s.sequence, s.fact, t.step, t.cycle_id, j.line,
    ts_headline('english', s.words, q.query, 'StartSel=«,StopSel=»,MaxWords=30,MinWords=10') AS found
FROM search_2 AS s
CROSS JOIN (
    SELECT websearch_to_tsquery('english', $1) AS query,
        ('''' || $6::uuid || '''')::tsquery AS home
) AS q
JOIN timeline_1 AS t ON t.source = s.source AND t.sequence = s.sequence
JOIN journal AS j ON j.source = s.source AND j.sequence = s.sequence
WHERE s.terms @@ coalesce(q.home && q.query, q.query)
    AND s.sequence <= CASE s.source WHEN 'agenda' THEN $2::bigint WHEN 'measurement' THEN $3::bigint ELSE $4::bigint END
    AND s.true_at <= $5
    AND t.fact <> ALL ($10::text[])
    AND ($7::text IS NULL OR s.fact = $7)
ORDER BY round(ts_rank(s.terms, q.query)::numeric, 4) DESC, t.recordedtime DESC, s.source, s.sequence
OFFSET $8
LIMIT $9
