-- A checkpoint that continues the one that was seen, unless somebody has seen another meanwhile.
INSERT INTO witnessed (source, size, root, note)
VALUES ($1, $2, $3, $4)
ON CONFLICT (source) DO UPDATE
SET size = excluded.size, root = excluded.root, note = excluded.note, cosigned_at = now()
WHERE witnessed.size = $5
RETURNING size
