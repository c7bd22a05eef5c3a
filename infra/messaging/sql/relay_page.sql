-- The next lines to carry: as many as are asked for, but no more bytes than one page may hold.
SELECT page.sequence, page.initiative_id, page.line
FROM (
    SELECT next.sequence, next.initiative_id, next.line,
           sum(octet_length(next.line)) OVER (ORDER BY next.sequence) - octet_length(next.line) AS before
    FROM (
        SELECT sequence, initiative_id, line
        FROM events
        WHERE sequence > $1
        ORDER BY sequence
        LIMIT $2
    ) AS next
) AS page
WHERE page.before < $3
ORDER BY page.sequence
