-- A checkpoint, unless a larger one is there.
INSERT INTO log_checkpoints (size, note)
SELECT $1, $2
WHERE NOT EXISTS (SELECT FROM log_checkpoints WHERE size > $1)
RETURNING size
