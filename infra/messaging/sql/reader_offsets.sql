-- Where a reader goes on in each partition.
SELECT topic, partition, next_offset FROM offsets WHERE reader = $1
