-- Every line of every feed profile within a cut, in the order of recording.
SELECT j.line
FROM timeline_1 AS t
JOIN journal AS j ON j.source = t.source AND j.sequence = t.sequence
WHERE t.fact IN ('measurement.feed-profile-defined', 'measurement.feed-profile-changed', 'measurement.feed-profile-retired')
    AND t.source = 'measurement'
    AND t.sequence <= $1
ORDER BY t.sequence
