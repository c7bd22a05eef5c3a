-- Up to where the broker had acknowledged each partition.
SELECT partition, next_offset FROM relay_acknowledged
