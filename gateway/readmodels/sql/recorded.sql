-- When the last line within a vector was recorded.
SELECT max(recordedtime) FROM journal
WHERE (source, sequence) IN (('agenda', $1), ('measurement', $2), ('activities', $3))
