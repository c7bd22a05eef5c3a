-- Every topic is read from its beginning again.
WITH counted AS (UPDATE watermarks SET rewinds = rewinds + 1 WHERE reader = $1)
DELETE FROM offsets WHERE reader = $1
