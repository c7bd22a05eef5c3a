-- Which indicators of which initiatives were mapped to a code of a scheme, within a cut.
SELECT t.initiative_id, t.about AS indicator_id, t.sequence, j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE t.fact = 'measurement.indicator-mapped' AND t.sequence <= $1 AND t.true_at <= $2
ORDER BY t.sequence
