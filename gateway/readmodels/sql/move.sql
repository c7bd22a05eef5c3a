-- These models now hold all lines of a source up to this one; says where each of them stood. They
-- stand still until the commit.
INSERT INTO read_models AS r (model, source, sequence)
SELECT model, $1, $3 FROM unnest($2::text[]) AS asked (model)
ON CONFLICT (model, source) DO UPDATE SET sequence = greatest(r.sequence, excluded.sequence)
RETURNING model, coalesce(old.sequence, 0) AS stood
