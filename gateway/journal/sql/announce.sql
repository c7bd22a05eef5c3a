-- One notification a batch tells every waiting reader how far the journal has come.
SELECT pg_notify(
    'journal',
    json_object_agg(
        source, json_build_array(sequence, nullif(known_through, '-infinity'))
    )::text
)
FROM watermarks
WHERE reader = 'journal'
