-- As `cells`, in the places of another edition: each value comes with the place that its own place leads to.
SELECT becomes, sequence, indicator_id, series_id, definition_version,
    place_scheme, place_edition, place_code, place_label, dimensions,
    period_start, period_end, period,
    value, status, numerator, denominator, submission_id, kind
FROM (
    SELECT led.becomes, live.sequence, live.indicator_id, live.series_id, live.definition_version,
        live.place_scheme, live.place_edition, live.place_code, live.place_label, live.dimensions,
        live.period_start, live.period_end, live.period,
        live.value, live.status, live.numerator, live.denominator, live.submission_id, live.kind,
        dense_rank() OVER (
            ORDER BY led.becomes COLLATE "C", live.dimensions COLLATE "C",
                live.period_start, live.period_end
        ) AS cell
    FROM (
        SELECT DISTINCT ON (o.indicator_id, o.series_id, o.period_start, o.period_end)
            o.sequence, o.indicator_id, o.series_id, o.definition_version,
            o.place_scheme, o.place_edition, o.place_code, o.place_label, o.dimensions,
            o.period_start, o.period_end, o.period,
            o.value, o.status, o.numerator, o.denominator, o.submission_id, o.kind
        FROM observations_1 AS o
        WHERE o.indicator_id = ANY ($1::uuid[])
            AND o.sequence <= $2
            AND o.period_end <= $3
            AND (
                o.submission_id IS NULL
                OR EXISTS (
                    SELECT FROM submissions_1 AS s
                    WHERE s.submission_id = o.submission_id AND s.sequence <= $2
                )
            )
        ORDER BY o.indicator_id, o.series_id, o.period_start, o.period_end, o.sequence DESC
    ) AS live
    JOIN unnest($4::text[], $5::text[], $6::text[], $7::text[])
        AS led (scheme, edition, code, becomes)
        ON led.scheme = live.place_scheme
            AND led.edition = live.place_edition
            AND led.code = live.place_code
    WHERE live.kind <> 'observation-withdrawn'
        AND (
            led.becomes COLLATE "C", live.dimensions COLLATE "C",
            live.period_start, live.period_end
        ) > ($8::text, $9::text, $10::date, $11::date)
) AS ranked
WHERE cell <= $12
ORDER BY cell, indicator_id, definition_version, place_code
