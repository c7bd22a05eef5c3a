-- A page about an initiative asks for all names that were given in it.
CREATE INDEX labels_1_initiative ON labels_1 (initiative_id, id, source, sequence DESC);
