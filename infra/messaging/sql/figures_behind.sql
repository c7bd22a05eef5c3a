-- How many lines the relay has yet to carry: sequences have no gaps.
SELECT coalesce((SELECT max(sequence) FROM events), 0) - (SELECT sequence FROM relay_cursor)
