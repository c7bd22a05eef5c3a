-- Bundles as they were first given out: whoever asks again gets the same bytes, for ever.
CREATE TABLE feed_bundles (
    release_id uuid        PRIMARY KEY,
    log_size   bigint      NOT NULL,
    sha256     bytea       NOT NULL,
    body       bytea       NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE feed_bundles ALTER COLUMN body SET STORAGE EXTERNAL;  -- it is packed already
GRANT SELECT, INSERT ON feed_bundles TO commonweal_app;

-- The catalogue asks over all initiatives which feeds there are.
CREATE INDEX timeline_1_feeds ON timeline_1 (sequence)
    WHERE fact IN ('measurement.feed-profile-defined', 'measurement.feed-profile-changed', 'measurement.feed-profile-retired');
