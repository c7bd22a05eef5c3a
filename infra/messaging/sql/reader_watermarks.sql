-- How far a reader has come in each source.
SELECT source, sequence FROM watermarks WHERE reader = $1
