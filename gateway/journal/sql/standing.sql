-- How far the journal has come, by source.
SELECT source, sequence, known_through FROM watermarks WHERE reader = 'journal'
