-- Lines by their place; one that stands there already is let be.
INSERT INTO journal (source, sequence, recordedtime, "time", initiative_id, subject, type, line)
SELECT $1, l.sequence, l.recordedtime, l."time", l.initiative_id, l.subject, l.type, l.line
FROM unnest(
    $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::uuid[], $6::text[], $7::text[], $8::text[]
) AS l (sequence, recordedtime, "time", initiative_id, subject, type, line)
ON CONFLICT (source, sequence) DO NOTHING
