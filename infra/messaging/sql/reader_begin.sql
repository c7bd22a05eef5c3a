-- A row for each source. What changes what a reader keeps sends it back to the first line; a topic
-- of another incarnation sends it back to the first message, where it drops what it has.
WITH sources AS (
    SELECT s.source, s.topic, s.incarnation
    FROM unnest($2::text[], $4::text[], $5::text[]) AS s (source, topic, incarnation)
), gone AS (
    DELETE FROM offsets AS o
    USING sources AS s
    WHERE o.reader = $1 AND o.topic = s.topic AND (
        o.incarnation <> s.incarnation OR EXISTS (
            SELECT FROM watermarks AS w
            WHERE w.reader = $1 AND w.source = s.source AND w.listening <> $3))
    RETURNING s.source, o.incarnation <> s.incarnation AS elsewhere
)
INSERT INTO watermarks AS w (reader, source, listening)
SELECT $1, s.source, $3 FROM sources AS s
ON CONFLICT (reader, source) DO UPDATE
SET sequence = CASE WHEN w.listening = $3 THEN w.sequence ELSE 0 END,
    known_through = CASE WHEN w.listening = $3 THEN w.known_through ELSE '-infinity' END,
    listening = $3,
    rewinds = w.rewinds + (
        SELECT count(DISTINCT g.source) FROM gone AS g
        WHERE g.elsewhere AND g.source = w.source)
