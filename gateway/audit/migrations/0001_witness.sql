-- What the gateway has seen of the services' signed logs, as their witness.

-- The largest checkpoint of each log that it cosigned. It only grows.
CREATE TABLE witnessed (
    source      text        PRIMARY KEY,
    size        bigint      NOT NULL,
    root        bytea       NOT NULL,
    note        text        NOT NULL,  -- with our cosignature
    cosigned_at timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION refuse_forgetting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'UPDATE' AND (new.size > old.size OR new.size = old.size AND new.root = old.root) THEN
        RETURN new;
    END IF;
    RAISE EXCEPTION 'a witness does not forget: % on %', tg_op, tg_table_name
        USING errcode = 'insufficient_privilege';
END $$;
CREATE TRIGGER witnessed_only_grows BEFORE UPDATE OR DELETE ON witnessed
    FOR EACH ROW EXECUTE FUNCTION refuse_forgetting();

-- What it would not cosign: the evidence, each time that it was first shown.
CREATE TABLE witness_refusals (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source     text        NOT NULL,
    why        text        NOT NULL,
    note       text        NOT NULL,
    seen       text        NOT NULL,  -- the note that it had cosigned before
    refused_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX witness_refusals_once ON witness_refusals (source, md5(note), md5(why));

-- Whether the last look at a log was a refusal.
CREATE TABLE witness_looks (
    source  text        PRIMARY KEY,
    refused text        NOT NULL,
    at      timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT, UPDATE ON witnessed, witness_looks TO commonweal_app;
GRANT SELECT, INSERT ON witness_refusals TO commonweal_app;
