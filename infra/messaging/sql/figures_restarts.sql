-- How often the broker had to be refilled from the first line.
SELECT restarts FROM relay_cursor
