-- One process at a time reads the log for timers; the others wait here, and find it read.
SELECT sequence, listening FROM timers_read FOR UPDATE
