-- How many values of an initiative were recorded and count within a cut.
SELECT count(*)
FROM observations_1 AS o
WHERE o.initiative_id = $1
    AND o.kind = 'observations-recorded'
    AND o.value IS NOT NULL
    AND o.sequence <= $2
    AND o.period_end <= $3
    AND (
        o.submission_id IS NULL
        OR EXISTS (
            SELECT FROM submissions_1 AS s
            WHERE s.submission_id = o.submission_id AND s.sequence <= $2
        )
    )
