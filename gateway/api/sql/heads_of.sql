-- The last sequences of the initiative that a thing belongs to: within a cut, and by now.
WITH home AS (
    SELECT coalesce((SELECT initiative_id FROM timeline_1 WHERE about = $1 LIMIT 1), $1) AS id
)
SELECT
    (SELECT max(sequence) FROM journal WHERE initiative_id = home.id AND source = 'agenda' AND sequence <= $2) AS agenda_then,
    (SELECT max(sequence) FROM journal WHERE initiative_id = home.id AND source = 'measurement' AND sequence <= $3) AS measurement_then,
    (SELECT max(sequence) FROM journal WHERE initiative_id = home.id AND source = 'activities' AND sequence <= $4) AS activities_then,
    (SELECT max(sequence) FROM journal WHERE initiative_id = home.id AND source = 'agenda') AS agenda,
    (SELECT max(sequence) FROM journal WHERE initiative_id = home.id AND source = 'measurement') AS measurement,
    (SELECT max(sequence) FROM journal WHERE initiative_id = home.id AND source = 'activities') AS activities
FROM home
