-- What causes call for, each at one target. What was called for before stays what it became.
INSERT INTO policy_effects (policy, cause, target, line)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[])
ON CONFLICT (policy, cause, target) DO NOTHING
