-- Messages that could not be read; one that is kept already is let be.
INSERT INTO dead_letters
    (reader, source, origin, partition, position, sequence, reason, message_key, message)
SELECT $1, l.source, l.origin, l.partition, l.position, l.sequence, l.reason, l.message_key, l.message
FROM unnest($2::text[], $3::text[], $4::integer[], $5::bigint[], $6::bigint[], $7::text[],
            $8::bytea[], $9::bytea[])
    AS l (source, origin, partition, position, sequence, reason, message_key, message)
ON CONFLICT (reader, source, origin, partition, position) DO NOTHING
