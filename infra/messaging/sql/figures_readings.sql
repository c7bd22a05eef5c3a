-- How far each reader has come, what it lacks, and what it could not read.
SELECT w.reader, w.source, w.sequence, greatest(w.heard_of - w.sequence, 0), w.repaired, w.rewinds,
       (SELECT count(*) FROM dead_letters AS d
        WHERE d.reader = w.reader AND d.source = w.source
          AND d.state IN ('open', 'retry', 'skip')),
       extract(epoch FROM now() - w.moved_at)::float8
FROM watermarks AS w
ORDER BY w.reader, w.source
