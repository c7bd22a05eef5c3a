-- Up to which line of a source these models are built; each stands still until the commit.
INSERT INTO read_models (model, source)
SELECT model, $1 FROM unnest($2::text[]) AS asked (model)
ON CONFLICT (model, source) DO UPDATE SET source = excluded.source
RETURNING model, sequence
