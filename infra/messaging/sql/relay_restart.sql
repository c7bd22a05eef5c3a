-- The broker is another one, or lost what it acknowledged: everything is carried again from 1.
WITH forgotten AS (DELETE FROM relay_acknowledged)
UPDATE relay_cursor
SET sequence = 0, incarnation = $1, moved_at = now(),
    restarts = restarts + CASE WHEN incarnation = '' THEN 0 ELSE 1 END
