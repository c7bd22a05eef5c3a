-- Every version of the values of some indicators' total series within a cut, as they came to be.
SELECT o.sequence, o.indicator_id, o.series_id, o.definition_version,
    o.place_scheme, o.place_edition, o.place_code,
    o.period_start, o.period_end, o.period,
    o.value, o.status, o.numerator, o.denominator, o.kind
FROM observations_1 AS o
WHERE o.initiative_id = $1
    AND o.indicator_id = ANY ($2::uuid[])
    AND o.dimensions = '{}'
    AND o.sequence <= $3
    AND o.period_end <= $4
    AND (
        o.submission_id IS NULL
        OR EXISTS (
            SELECT FROM submissions_1 AS s
            WHERE s.submission_id = o.submission_id AND s.sequence <= $3
        )
    )
ORDER BY o.indicator_id, o.series_id, o.period_start, o.period_end, o.sequence, o.ordinal
