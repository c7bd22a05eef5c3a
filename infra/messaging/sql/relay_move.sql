-- Moves the cursor from where its mover believes it to be; no row means that somebody else leads. It
-- need not wait for the disk: behind where it was, lines are carried again.
WITH moved AS (
    UPDATE relay_cursor SET sequence = $2, moved_at = now()
    WHERE sequence = $1 AND incarnation = $3
    RETURNING sequence
), acknowledged AS (
    INSERT INTO relay_acknowledged AS a (partition, next_offset)
    SELECT p.partition, p.next_offset
    FROM unnest($4::integer[], $5::bigint[]) AS p (partition, next_offset)
    WHERE EXISTS (SELECT FROM moved)
    ON CONFLICT (partition) DO UPDATE SET next_offset = excluded.next_offset
)
SELECT sequence, set_config('synchronous_commit', 'off', true) FROM moved
