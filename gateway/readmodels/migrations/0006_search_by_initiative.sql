-- Full text search with its terms kept, so that a rank costs no parsing, and with the initiative
-- among them: the words of one initiative are found without looking at what others say.
CREATE TABLE search_2 (
    source        text        NOT NULL,
    sequence      bigint      NOT NULL,
    initiative_id uuid        NOT NULL,
    true_at       timestamptz NOT NULL,
    fact          text        NOT NULL,
    words         text        NOT NULL,
    terms         tsvector    NOT NULL GENERATED ALWAYS AS (
        to_tsvector('english', words) || array_to_tsvector(ARRAY[initiative_id::text])
    ) STORED,
    PRIMARY KEY (source, sequence)
);
CREATE INDEX search_2_terms ON search_2 USING gin (terms);
GRANT SELECT, INSERT, DELETE ON search_2 TO commonweal_app;

DROP TABLE search_1;
DELETE FROM read_models WHERE model = 'search_1';
