-- The initiative of an indicator, if that was known within a cut.
SELECT initiative_id FROM progress_1 WHERE thing_id = $1 AND side = 'named' AND sequence <= $2
