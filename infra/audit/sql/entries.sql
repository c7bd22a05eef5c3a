-- Lines as bytes, from one place up to another.
SELECT convert_to(line, 'UTF8') FROM events WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence
