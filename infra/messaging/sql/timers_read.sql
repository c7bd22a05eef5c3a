-- So far was the log read, for these facts.
UPDATE timers_read SET sequence = $1, listening = $2
