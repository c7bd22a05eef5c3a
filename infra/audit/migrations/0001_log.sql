-- What a service keeps of its log's tree, beside the log.

-- The latest state of each tile; an earlier, partial one is its beginning.
CREATE TABLE log_tiles (
    level  smallint NOT NULL,
    number bigint   NOT NULL,
    hashes bytea    NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, number)
);
ALTER TABLE log_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;  -- hashes cannot be compressed

CREATE FUNCTION refuse_other_hashes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (new.level, new.number) = (old.level, old.number)
        AND substring(new.hashes FROM 1 FOR octet_length(old.hashes)) = old.hashes THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'tile %/% can only grow', old.level, old.number
        USING errcode = 'insufficient_privilege';
END $$;
CREATE TRIGGER log_tiles_only_grow BEFORE UPDATE ON log_tiles
    FOR EACH ROW EXECUTE FUNCTION refuse_other_hashes();
CREATE TRIGGER log_tiles_stay BEFORE DELETE ON log_tiles
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_tiles_never_emptied BEFORE TRUNCATE ON log_tiles
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every checkpoint that was signed. A size comes again when the keys have changed.
CREATE TABLE log_checkpoints (
    size      bigint      NOT NULL,
    id        bigint      GENERATED ALWAYS AS IDENTITY,
    note      text        NOT NULL,
    signed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (size, id)
);
CREATE TRIGGER log_checkpoints_append_only BEFORE UPDATE OR DELETE ON log_checkpoints
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_checkpoints_never_emptied BEFORE TRUNCATE ON log_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What whoever signs says of itself, for health and metrics.
CREATE TABLE log_keeper (
    one_row      boolean     PRIMARY KEY DEFAULT true CHECK (one_row),
    caught_up_at timestamptz NOT NULL DEFAULT now(),  -- then every line was under a signed checkpoint
    refused      text        NOT NULL DEFAULT ''      -- why nothing is signed
);
INSERT INTO log_keeper DEFAULT VALUES;

GRANT SELECT, INSERT, UPDATE ON log_tiles TO commonweal_app;
GRANT SELECT, INSERT ON log_checkpoints TO commonweal_app;
GRANT SELECT, UPDATE ON log_keeper TO commonweal_app;
