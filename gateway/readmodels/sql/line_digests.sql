-- The digests of the bytes of these lines, as far as they were known at the cut.
SELECT j.source, j.sequence, j.initiative_id, j.subject, encode(sha256(convert_to(j.line, 'UTF8')), 'hex') AS sha256
FROM unnest($1::text[], $2::bigint[]) AS cited (source, sequence)
JOIN journal AS j ON j.source = cited.source AND j.sequence = cited.sequence
WHERE j.sequence <= CASE j.source WHEN 'agenda' THEN $3::bigint WHEN 'measurement' THEN $4::bigint ELSE $5::bigint END
