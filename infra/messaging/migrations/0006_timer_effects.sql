-- What became of each timer that went off. Rows are never deleted: this is how one that is read
-- from the log anew is known, and why nothing came of it.
CREATE TABLE timer_effects (
    kind       text        NOT NULL,
    key        text        NOT NULL,
    due        timestamptz NOT NULL,
    cause      text        NOT NULL,  -- the id of the line that set it
    state      text        NOT NULL CHECK (state IN ('done', 'refused')),
    reason     text        NOT NULL,  -- why it was refused
    settled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, key, due, cause)
);
GRANT SELECT, INSERT ON timer_effects TO commonweal_app;
