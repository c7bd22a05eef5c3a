-- What the process's own log promises for a later day. Derived from its lines, so it can be built
-- anew from sequence 1: what has happened since refuses every timer that has done its work.
CREATE TABLE timers (
    kind        text        NOT NULL,
    key         text        NOT NULL,
    due         timestamptz NOT NULL,
    about       text        NOT NULL,  -- JSON: what the effect is told
    cause       text        NOT NULL,  -- the id of the line that set it
    correlation text        NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX timers_due ON timers (due, kind, key);

-- How far the log was read for them, and which facts were read.
CREATE TABLE timers_read (
    one_row   boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    sequence  bigint  NOT NULL DEFAULT 0,
    listening text    NOT NULL DEFAULT ''
);
INSERT INTO timers_read DEFAULT VALUES;

GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO commonweal_app;
GRANT SELECT, UPDATE ON timers_read TO commonweal_app;
