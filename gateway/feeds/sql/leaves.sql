-- The leaf hashes of measurement's log from one place up to another, side by side (RFC 6962).
SELECT string_agg(sha256('\x00'::bytea || convert_to(line, 'UTF8')), ''::bytea ORDER BY sequence)
FROM journal
WHERE source = 'measurement' AND sequence > $1 AND sequence <= $2
