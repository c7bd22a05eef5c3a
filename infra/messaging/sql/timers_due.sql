-- The earliest that is due and that nobody is firing. The lock lasts as long as its effect takes,
-- so a process that is killed meanwhile leaves it to the next one.
SELECT kind, key, due, about, cause, correlation FROM timers
WHERE due <= $1 AND kind || ' ' || key <> ALL ($2::text[])
ORDER BY due, kind, key LIMIT 1 FOR UPDATE SKIP LOCKED
