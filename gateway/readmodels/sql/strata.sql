-- The live values of strata that make totals, within a cut: for each indicator those of its groups.
SELECT sequence, indicator_id, definition_version, place_scheme, place_edition, place_code,
    dimensions, period_start, period_end, period, value, status, numerator, denominator, kind
FROM (
    SELECT DISTINCT ON (o.indicator_id, o.series_id, o.period_start, o.period_end)
        o.sequence, o.indicator_id, o.series_id, o.definition_version,
        o.place_scheme, o.place_edition, o.place_code, o.dimensions,
        o.period_start, o.period_end, o.period, o.value, o.status, o.numerator, o.denominator,
        o.kind
    FROM observations_1 AS o
    JOIN unnest($1::uuid[], $2::text[]) AS wanted (indicator_id, dimensions)
        ON wanted.indicator_id = o.indicator_id AND wanted.dimensions = o.dimensions
    WHERE o.sequence <= $3
        AND o.period_end <= $4
        AND (
            o.submission_id IS NULL
            OR EXISTS (
                SELECT FROM submissions_1 AS s
                WHERE s.submission_id = o.submission_id AND s.sequence <= $3
            )
        )
    ORDER BY o.indicator_id, o.series_id, o.period_start, o.period_end, o.sequence DESC
) AS live
WHERE value IS NOT NULL AND kind <> 'observation-withdrawn'
ORDER BY indicator_id, period_end DESC, period_start DESC, place_scheme, place_edition, place_code
