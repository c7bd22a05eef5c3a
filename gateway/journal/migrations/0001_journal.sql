-- Every line of every service, as it came. Without a hole up to each source's watermark.
CREATE TABLE journal (
    source        text        NOT NULL,
    sequence      bigint      NOT NULL,
    recordedtime  timestamptz NOT NULL,
    "time"        timestamptz NOT NULL,
    initiative_id uuid        NOT NULL,
    subject       text        NOT NULL,
    type          text        NOT NULL,
    line          text        NOT NULL,
    PRIMARY KEY (source, sequence)
);
-- An initiative's lines in order, and the sequence at which an instant cuts a source.
CREATE INDEX journal_initiative ON journal (initiative_id, source, sequence);
CREATE INDEX journal_recorded ON journal (source, recordedtime, sequence);

GRANT SELECT, INSERT ON journal TO commonweal_app;
