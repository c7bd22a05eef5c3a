-- One of the two shares of each change story's key; the other lies in a folder that no backup of
-- this database holds. Emptied at will: without both, a story is noise.
CREATE TABLE story_key_shares (
    story_id uuid  PRIMARY KEY,
    share    bytea NOT NULL CHECK (octet_length(share) = 32)
);
GRANT SELECT, INSERT, DELETE ON story_key_shares TO commonweal_app;
