-- A policy begins to hear a fact here and now, once: behind what was heard of its source already, or,
-- where nothing was, with what is recorded from now on. A house without a past has missed nothing.
INSERT INTO policies (policy, fact, after, since)
SELECT p.policy, p.fact,
       CASE WHEN p.source = $3 THEN own.head ELSE coalesce(w.sequence, 0) END,
       CASE WHEN p.source = $3 OR coalesce(w.sequence, 0) > 0 OR own.head = 0
            THEN '-infinity'::timestamptz ELSE $4 END
FROM (
    SELECT policy, fact, split_part(fact, '.', 1) AS source
    FROM unnest($1::text[], $2::text[]) AS t (policy, fact)
) AS p
CROSS JOIN (SELECT coalesce(max(sequence), 0) AS head FROM events) AS own
LEFT JOIN watermarks AS w ON w.reader = 'inbox' AND w.source = p.source
ON CONFLICT (policy, fact) DO NOTHING
