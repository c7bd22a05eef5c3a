-- The leaf hashes of the lines after a place, side by side: a page of 32 bytes a line.
SELECT count(*), max(page.sequence), string_agg(page.leaf, ''::bytea ORDER BY page.sequence)
FROM (
    SELECT sequence, sha256('\x00'::bytea || convert_to(line, 'UTF8')) AS leaf
    FROM events
    WHERE sequence > $1
    ORDER BY sequence
    LIMIT $2
) AS page
