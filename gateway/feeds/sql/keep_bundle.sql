-- Keep a bundle; whoever comes second finds the first one's.
INSERT INTO feed_bundles (release_id, log_size, sha256, body) VALUES ($1, $2, $3, $4)
ON CONFLICT (release_id, log_size) DO NOTHING
