-- The largest checkpoint of a log that was cosigned, and how old the cosignature is.
SELECT size, root, note, extract(epoch FROM now() - cosigned_at)::double precision
FROM witnessed
WHERE source = $1
