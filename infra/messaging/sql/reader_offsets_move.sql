-- Where to go on in each partition, in the transaction of what was written.
INSERT INTO offsets (reader, topic, partition, incarnation, next_offset)
SELECT $1, o.topic, o.partition, o.incarnation, o.next_offset
FROM unnest($2::text[], $3::integer[], $4::text[], $5::bigint[])
    AS o (topic, partition, incarnation, next_offset)
ON CONFLICT (reader, topic, partition) DO UPDATE
SET incarnation = excluded.incarnation, next_offset = excluded.next_offset
