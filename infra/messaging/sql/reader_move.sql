-- Moves the watermarks from where their mover believes them to be; a row fewer than sources means
-- that somebody else leads. What is derived from a log need not wait for the disk: what a crash takes
-- of it comes again, watermark and all.
UPDATE watermarks AS w
SET sequence = m.watermark,
    known_through = greatest(w.known_through, m.known_through),
    heard_of = m.heard_of,
    repaired = w.repaired + m.repaired,
    moved_at = now()
FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::bigint[], $7::bigint[])
    AS m (source, before, watermark, known_through, heard_of, repaired)
WHERE w.reader = $1 AND w.source = m.source AND w.sequence = m.before
RETURNING w.source, set_config('synchronous_commit', 'off', true)
