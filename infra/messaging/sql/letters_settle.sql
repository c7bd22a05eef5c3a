-- What became of messages that had been laid aside.
UPDATE dead_letters AS d
SET state = s.state, settled = s.settled, settled_at = now()
FROM unnest($2::text[], $3::text[], $4::integer[], $5::bigint[], $6::text[], $7::text[])
    AS s (source, origin, partition, position, state, settled)
WHERE d.reader = $1 AND d.source = s.source AND d.origin = s.origin
  AND d.partition = s.partition AND d.position = s.position
  AND d.state IN ('open', 'retry', 'skip')
