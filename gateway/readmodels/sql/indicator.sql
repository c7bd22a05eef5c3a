-- Whether an indicator was known within a cut.
SELECT sequence FROM progress_1 WHERE thing_id = $1 AND side = 'named' AND sequence <= $2
