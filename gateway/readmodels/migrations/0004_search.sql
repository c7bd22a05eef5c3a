-- The words of every fact that has some, for full text search.
CREATE TABLE search_1 (
    source        text        NOT NULL,
    sequence      bigint      NOT NULL,
    initiative_id uuid        NOT NULL,
    true_at       timestamptz NOT NULL,
    fact          text        NOT NULL,
    words         text        NOT NULL,
    PRIMARY KEY (source, sequence)
);
CREATE INDEX search_1_words ON search_1 USING gin (to_tsvector('english', words));

GRANT SELECT, INSERT, DELETE ON search_1 TO commonweal_app;
