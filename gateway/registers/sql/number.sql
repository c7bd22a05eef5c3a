-- Every version of one value within a cut, with its line, and whether its submission was accepted.
SELECT o.sequence, o.ordinal, o.initiative_id, o.series_id, o.definition_version,
    o.place_scheme, o.place_edition, o.place_code, o.place_label, o.dimensions,
    o.period_start, o.period_end, o.period, o.value, o.status, o.numerator, o.denominator,
    o.submission_id, o.kind, j.line,
    o.submission_id IS NULL OR EXISTS (
        SELECT FROM submissions_1 AS s WHERE s.submission_id = o.submission_id AND s.sequence <= $5
    ) AS counts
FROM observations_1 AS o
JOIN journal AS j ON j.source = o.source AND j.sequence = o.sequence
WHERE o.indicator_id = $1
    AND o.series_id = $2
    AND o.period_start = $3
    AND o.period_end = $4
    AND o.sequence <= $5
    AND o.period_end <= $6
ORDER BY o.sequence, o.ordinal
