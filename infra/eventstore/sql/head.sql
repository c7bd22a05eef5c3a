-- Where the log ends; the lock of the append that comes after a bulk load begins here too.
SELECT coalesce(max(sequence), 0) AS sequence,
       greatest((SELECT recordedtime FROM events ORDER BY sequence DESC LIMIT 1),
                (SELECT instant FROM known_through)) AS recordedtime
FROM events
