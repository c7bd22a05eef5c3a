-- A bundle as it was first given out.
SELECT body FROM feed_bundles WHERE release_id = $1
