DELETE FROM story_key_shares WHERE story_id = $1
