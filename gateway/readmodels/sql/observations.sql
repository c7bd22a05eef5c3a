-- The value that stood for each series and period within a cut, after a place, in order.
SELECT sequence, series_id, definition_version,
    place_scheme, place_edition, place_code, place_label, dimensions,
    period_start, period_end, period,
    value, status, numerator, denominator, submission_id, kind
FROM (
    SELECT DISTINCT ON (o.series_id, o.period_start, o.period_end)
        o.sequence, o.series_id, o.definition_version,
        o.place_scheme, o.place_edition, o.place_code, o.place_label, o.dimensions,
        o.period_start, o.period_end, o.period,
        o.value, o.status, o.numerator, o.denominator, o.submission_id, o.kind
    FROM observations_1 AS o
    WHERE o.indicator_id = $1
        AND o.sequence <= $2
        AND o.period_end <= $3
        AND ($8::uuid IS NULL OR o.series_id = $8)
        AND ($9::text IS NULL OR o.place_code = $9)
        AND ($10::date IS NULL OR o.period_start >= $10)
        AND ($11::date IS NULL OR o.period_end <= $11)
        AND ($12::boolean IS NULL OR $12 = (o.dimensions = '{}'))
        AND (o.series_id, o.period_start, o.period_end) > ($4::uuid, $5::date, $6::date)
        AND (
            o.submission_id IS NULL
            OR EXISTS (
                SELECT FROM submissions_1 AS s
                WHERE s.submission_id = o.submission_id AND s.sequence <= $2
            )
        )
    ORDER BY o.series_id, o.period_start, o.period_end, o.sequence DESC
) AS live
WHERE kind <> 'observation-withdrawn'
    AND ($13::boolean IS NULL OR $13 = (kind = 'observations-certified'))
ORDER BY series_id, period_start, period_end
LIMIT $7
