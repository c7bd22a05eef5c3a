-- How far the journal has come, by source; nothing is known through before the first mark.
SELECT source, sequence, nullif(known_through, '-infinity') AS known_through FROM watermarks WHERE reader = 'journal'
