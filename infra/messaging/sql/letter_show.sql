-- One message that could not be read, with its bytes.
SELECT id, reader, source, origin, partition, position, sequence, reason, state, settled,
       received_at, settled_at, octet_length(message), message
FROM dead_letters
WHERE id = $1
