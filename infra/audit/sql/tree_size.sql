-- How many leaves the kept tree has.
SELECT number * 256 + octet_length(hashes) / 32
FROM log_tiles
WHERE level = 0
ORDER BY number DESC
LIMIT 1
