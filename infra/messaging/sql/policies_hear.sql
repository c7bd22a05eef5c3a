-- A cause is taken down for the policies that hear of it, if it is news to them; who works on them
-- is told when this commits.
WITH heard AS (
    INSERT INTO policy_effects (policy, cause, target, line)
    SELECT p.policy, $3, '', $6 FROM policies AS p
    WHERE p.policy = ANY ($1::text[]) AND p.fact = $2 AND $4 > p.after AND $5 >= p.since
    ON CONFLICT (policy, cause, target) DO NOTHING
    RETURNING policy
)
SELECT pg_notify('policies', '') FROM heard
