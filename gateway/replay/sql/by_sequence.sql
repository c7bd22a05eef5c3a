-- The lines of one source after a sequence, in sequence: blocks of whole lines, so that nobody on
-- the way has to look for where a line ends.
SELECT (
    SELECT string_agg(line, E'\n' ORDER BY sequence) || E'\n'
    FROM journal
    WHERE source = $1 AND sequence > block.after AND sequence <= least(block.after + 128, $3::bigint)
        AND ($4::uuid IS NULL OR initiative_id = $4::uuid)
        AND ($5::text IS NULL OR type LIKE 'commonweal.' || $5::text || '.v%')
        AND ($6::timestamptz IS NULL OR "time" >= $6::timestamptz)
        AND ($7::timestamptz IS NULL OR "time" <= $7::timestamptz)
) AS lines
FROM generate_series($2::bigint, $3::bigint - 1, 128) AS block (after)
