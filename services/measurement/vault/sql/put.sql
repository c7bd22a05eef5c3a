-- A story has one key, once.
INSERT INTO story_key_shares (story_id, share) VALUES ($1, $2)
