-- What the carrying child of a process keeps: how far it has come, and what it could not read.

-- How far the relay has come: every line up to `sequence` was acknowledged by that broker.
CREATE TABLE relay_cursor (
    one_row     boolean     PRIMARY KEY DEFAULT true CHECK (one_row),
    sequence    bigint      NOT NULL DEFAULT 0,
    incarnation text        NOT NULL DEFAULT '',
    restarts    bigint      NOT NULL DEFAULT 0,
    moved_at    timestamptz NOT NULL DEFAULT now()
);
INSERT INTO relay_cursor DEFAULT VALUES;

-- The first offset of each partition that the broker had not acknowledged yet.
CREATE TABLE relay_acknowledged (
    partition   integer PRIMARY KEY,
    next_offset bigint  NOT NULL
);

-- One row a reader and source: all lines up to `sequence` were taken, none is missing.
CREATE TABLE watermarks (
    reader        text        NOT NULL,
    source        text        NOT NULL,
    sequence      bigint      NOT NULL DEFAULT 0,
    known_through timestamptz NOT NULL DEFAULT '-infinity',
    heard_of      bigint      NOT NULL DEFAULT 0,  -- the highest sequence that anything named
    repaired      bigint      NOT NULL DEFAULT 0,  -- lines fetched from the owning service
    rewinds       bigint      NOT NULL DEFAULT 0,  -- times the broker was another one
    listening     text        NOT NULL DEFAULT '',
    moved_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (reader, source)
);

-- Where a reader goes on in each partition, as long as the broker is the one it was.
CREATE TABLE offsets (
    reader      text    NOT NULL,
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    incarnation text    NOT NULL,
    next_offset bigint  NOT NULL,
    PRIMARY KEY (reader, topic, partition)
);

-- Messages that could not be read. Rows are never deleted.
CREATE TABLE dead_letters (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reader      text        NOT NULL,
    source      text        NOT NULL,
    origin      text        NOT NULL,  -- incarnation of the topic, or where else it came from
    partition   integer     NOT NULL,
    position    bigint      NOT NULL,  -- the offset in the partition
    sequence    bigint,                -- the place in the log, where that is certain
    reason      text        NOT NULL,
    message_key bytea,
    message     bytea       NOT NULL,
    state       text        NOT NULL DEFAULT 'open'
                            CHECK (state IN ('open', 'retry', 'skip', 'resolved', 'skipped')),
    settled     text        NOT NULL DEFAULT '',  -- how it was resolved, or why it was skipped
    settled_at  timestamptz,
    received_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (reader, source, origin, partition, position)
);
CREATE INDEX dead_letters_unsettled ON dead_letters (reader, source)
    WHERE state IN ('open', 'retry', 'skip');

-- Foreign facts that this process listens to, for its policies.
CREATE TABLE inbox (
    source       text        NOT NULL,
    sequence     bigint      NOT NULL,
    fact         text        NOT NULL,
    recordedtime timestamptz NOT NULL,
    line         text        NOT NULL,
    PRIMARY KEY (source, sequence)
);

-- What is known here of the others' things: derived from foreign lines, the latest one decides.
CREATE TABLE known (
    kind          text   NOT NULL,
    id            uuid   NOT NULL,
    initiative_id uuid   NOT NULL,
    state         text   NOT NULL CHECK (state IN ('known', 'withdrawn')),
    label         text,
    source        text   NOT NULL,
    sequence      bigint NOT NULL,
    PRIMARY KEY (kind, id)
);

GRANT SELECT, UPDATE ON relay_cursor TO commonweal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON relay_acknowledged, offsets TO commonweal_app;
GRANT SELECT, INSERT, UPDATE ON watermarks, known TO commonweal_app;
GRANT SELECT, INSERT ON inbox TO commonweal_app;
GRANT SELECT, INSERT ON dead_letters TO commonweal_app;
GRANT UPDATE (state, settled, settled_at) ON dead_letters TO commonweal_app;
