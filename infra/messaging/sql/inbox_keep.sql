-- Foreign facts that somebody here listens to; one that is kept already is let be.
INSERT INTO inbox (source, sequence, fact, recordedtime, line)
SELECT $1, l.sequence, l.fact, l.recordedtime, l.line
FROM unnest($2::bigint[], $3::text[], $4::timestamptz[], $5::text[])
    AS l (sequence, fact, recordedtime, line)
ON CONFLICT (source, sequence) DO NOTHING
