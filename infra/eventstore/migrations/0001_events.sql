-- The log of one service, and what its append transaction keeps beside it.
CREATE TABLE events (
    sequence       bigint      PRIMARY KEY CHECK (sequence > 0),
    stream_id      uuid        NOT NULL,
    stream_version integer     NOT NULL CHECK (stream_version > 0),
    initiative_id  uuid        NOT NULL,
    recordedtime   timestamptz NOT NULL,
    line           text        NOT NULL CHECK (octet_length(line) <= 61440),
    UNIQUE (stream_id, stream_version)
) WITH (toast_tuple_target = 8160);  -- lines of a usual length are kept as they are, in the row

-- Rules over many streams: one holder at a time may have (kind, key).
CREATE TABLE claims (
    kind   text NOT NULL,
    key    text NOT NULL,
    holder uuid NOT NULL,
    PRIMARY KEY (kind, key)
);

-- The answer of every command that appended, so that a repeated request is told the same.
CREATE TABLE idempotency (
    client         text        NOT NULL,
    key            text        NOT NULL,
    body_sha256    bytea       NOT NULL,
    first_sequence bigint      NOT NULL,
    last_sequence  bigint      NOT NULL,
    status         smallint    NOT NULL,
    headers        text        NOT NULL,
    answer         bytea       NOT NULL,
    kept_since     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client, key)
);
CREATE INDEX idempotency_age ON idempotency USING brin (kept_since);

-- No line will ever bear a recordedtime before this instant but those that are there.
CREATE TABLE known_through (
    instant timestamptz NOT NULL,
    single  boolean     PRIMARY KEY DEFAULT true CHECK (single)
);
INSERT INTO known_through (instant) VALUES ('-infinity');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % on % is refused', tg_op, tg_table_name
        USING errcode = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_never_emptied BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_never_emptied;

GRANT SELECT, INSERT ON events TO commonweal_app;
GRANT SELECT, INSERT, DELETE ON claims, idempotency TO commonweal_app;
GRANT SELECT, UPDATE ON known_through TO commonweal_app;
