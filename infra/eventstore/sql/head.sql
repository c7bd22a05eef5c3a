-- Where the log ends, and the recordedtime of what is appended next at this present instant.
SELECT coalesce(max(sequence), 0) AS sequence,
       greatest($1::timestamptz,
                (SELECT recordedtime FROM events ORDER BY sequence DESC LIMIT 1),
                (SELECT instant FROM known_through)) AS recordedtime
FROM events
