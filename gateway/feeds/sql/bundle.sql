-- The first bundle of a release whose log holds a line: its own, or the one that replaced it.
SELECT body FROM feed_bundles WHERE release_id = $1 AND log_size >= $2 ORDER BY log_size LIMIT 1
