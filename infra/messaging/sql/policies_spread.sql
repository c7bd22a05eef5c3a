-- A cause calls for something at each of these.
INSERT INTO policy_effects (policy, cause, target, line)
SELECT $1, $2, target, $3 FROM unnest($4::text[]) AS target
ON CONFLICT (policy, cause, target) DO NOTHING
