-- Registers ask for an initiative's facts of some kinds.
CREATE INDEX timeline_1_kind ON timeline_1 (initiative_id, fact, source, sequence);
