-- Causes are taken down for the policies that hear of them, if they are news to those; who works on
-- them is told when this commits.
WITH heard AS (
    INSERT INTO policy_effects (policy, cause, target, line)
    SELECT c.policy, c.cause, '', c.line
    FROM unnest($1::text[], $2::text[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::text[])
        AS c (policy, fact, cause, sequence, recordedtime, line)
    JOIN policies AS p ON p.policy = c.policy AND p.fact = c.fact
    WHERE c.sequence > p.after AND c.recordedtime >= p.since
    ON CONFLICT (policy, cause, target) DO NOTHING
    RETURNING policy
)
SELECT pg_notify('policies', '') FROM heard LIMIT 1
