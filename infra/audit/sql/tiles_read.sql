-- The beginnings of these tiles, as many bytes of each as are asked for, where there are so many.
SELECT asked.place - 1, substring(tile.hashes FROM 1 FOR asked.bytes)
FROM unnest($1::smallint[], $2::bigint[], $3::integer[])
    WITH ORDINALITY AS asked (level, number, bytes, place)
JOIN log_tiles AS tile ON tile.level = asked.level AND tile.number = asked.number
WHERE octet_length(tile.hashes) >= asked.bytes
