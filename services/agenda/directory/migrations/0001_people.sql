-- Who an opaque reference is. The one place with names: it is changed and emptied at will, and no
-- fact, read model or message holds what stands here.
CREATE TABLE people (
    reference text        PRIMARY KEY,
    name      text        NOT NULL,
    contact   text,
    put_at    timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON people TO commonweal_app;
