-- The portfolio asks over all initiatives which indicators are mapped to a scheme's code.
CREATE INDEX timeline_1_mapped ON timeline_1 (sequence) WHERE fact = 'measurement.indicator-mapped';
-- How many values of an initiative were recorded.
CREATE INDEX observations_1_initiative ON observations_1 (initiative_id, sequence);
