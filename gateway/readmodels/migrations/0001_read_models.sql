-- Answers, folded from the journal. Rows are only inserted; a model can be thrown away and rebuilt.

-- How far each model is built, by source.
CREATE TABLE read_models (
    model    text   NOT NULL,
    source   text   NOT NULL,
    sequence bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (model, source)
);

-- Every fact that has a sentence, by initiative, cycle and thing.
CREATE TABLE timeline_1 (
    source        text        NOT NULL,
    sequence      bigint      NOT NULL,
    initiative_id uuid        NOT NULL,
    recordedtime  timestamptz NOT NULL,
    true_at       timestamptz NOT NULL,
    fact          text        NOT NULL,
    step          text        NOT NULL,
    cycle_id      uuid,
    about         uuid        NOT NULL,
    PRIMARY KEY (source, sequence)
) PARTITION BY LIST (source);
CREATE TABLE timeline_1_agenda PARTITION OF timeline_1 FOR VALUES IN ('agenda');
CREATE TABLE timeline_1_measurement PARTITION OF timeline_1 FOR VALUES IN ('measurement');
CREATE TABLE timeline_1_activities PARTITION OF timeline_1 FOR VALUES IN ('activities');
CREATE INDEX timeline_1_initiative ON timeline_1 (initiative_id, recordedtime, source, sequence);
CREATE INDEX timeline_1_cycle ON timeline_1 (cycle_id) WHERE cycle_id IS NOT NULL;
CREATE INDEX timeline_1_about ON timeline_1 (about);

-- What things are called.
CREATE TABLE labels_1 (
    source        text        NOT NULL,
    sequence      bigint      NOT NULL,
    initiative_id uuid        NOT NULL,
    true_at       timestamptz NOT NULL,
    id            uuid        NOT NULL,
    label         text        NOT NULL,
    PRIMARY KEY (source, id, sequence)
) PARTITION BY LIST (source);
CREATE TABLE labels_1_agenda PARTITION OF labels_1 FOR VALUES IN ('agenda');
CREATE TABLE labels_1_measurement PARTITION OF labels_1 FOR VALUES IN ('measurement');
CREATE TABLE labels_1_activities PARTITION OF labels_1 FOR VALUES IN ('activities');

-- Sides of initiatives.
CREATE TABLE initiatives_1 (
    source        text        NOT NULL CHECK (source = 'agenda'),
    sequence      bigint      NOT NULL,
    initiative_id uuid        NOT NULL,
    thing_id      uuid        NOT NULL,
    side          text        NOT NULL,
    true_at       timestamptz NOT NULL,
    begins        date,
    body          text        NOT NULL,
    PRIMARY KEY (thing_id, side, sequence)
);
CREATE INDEX initiatives_1_registered ON initiatives_1 (sequence) WHERE side = 'registered';

-- Sides of indicators: names, definitions, baselines, targets.
CREATE TABLE progress_1 (
    source        text        NOT NULL CHECK (source = 'measurement'),
    sequence      bigint      NOT NULL,
    initiative_id uuid        NOT NULL,
    thing_id      uuid        NOT NULL,
    side          text        NOT NULL,
    true_at       timestamptz NOT NULL,
    begins        date,
    body          text        NOT NULL,
    PRIMARY KEY (thing_id, side, sequence)
);
CREATE INDEX progress_1_initiative ON progress_1 (initiative_id, thing_id, side, sequence);

-- Sides of learning cycles, of their plans of action, and of activities.
CREATE TABLE cycles_1 (
    source        text        NOT NULL,
    sequence      bigint      NOT NULL,
    initiative_id uuid        NOT NULL,
    thing_id      uuid        NOT NULL,
    side          text        NOT NULL,
    true_at       timestamptz NOT NULL,
    begins        date,
    body          text        NOT NULL,
    PRIMARY KEY (source, thing_id, side, sequence)
) PARTITION BY LIST (source);
CREATE TABLE cycles_1_agenda PARTITION OF cycles_1 FOR VALUES IN ('agenda');
CREATE TABLE cycles_1_activities PARTITION OF cycles_1 FOR VALUES IN ('activities');

-- Every version of every value of every series.
CREATE TABLE observations_1 (
    source             text     NOT NULL CHECK (source = 'measurement'),
    sequence           bigint   NOT NULL,
    ordinal            integer  NOT NULL,
    initiative_id      uuid     NOT NULL,
    indicator_id       uuid     NOT NULL,
    definition_version integer  NOT NULL,
    series_id          uuid     NOT NULL,
    place_scheme       text     NOT NULL,
    place_edition      text     NOT NULL,
    place_code         text     NOT NULL,
    place_label        text,
    dimensions         text     NOT NULL,
    period_start       date     NOT NULL,
    period_end         date     NOT NULL,
    period             text     NOT NULL,
    value              text,
    status             text     NOT NULL,
    numerator          text,
    denominator        text,
    submission_id      uuid,
    kind               text     NOT NULL,
    PRIMARY KEY (sequence, ordinal)
);
CREATE INDEX observations_1_series
    ON observations_1 (indicator_id, series_id, period_start, period_end, sequence DESC);
CREATE INDEX observations_1_totals
    ON observations_1 (initiative_id, indicator_id, series_id, period_start, period_end, sequence DESC)
    WHERE dimensions = '{}';

-- From which line on the values of a submission count.
CREATE TABLE submissions_1 (
    source        text   NOT NULL CHECK (source = 'measurement'),
    sequence      bigint NOT NULL,
    submission_id uuid   NOT NULL,
    initiative_id uuid   NOT NULL,
    PRIMARY KEY (submission_id, sequence)
);

GRANT SELECT, INSERT, UPDATE ON read_models TO commonweal_app;
GRANT SELECT, INSERT, DELETE ON
    timeline_1, labels_1, initiatives_1, progress_1, cycles_1, observations_1, submissions_1
TO commonweal_app;
