-- The largest checkpoint; of several of one size the last.
SELECT note FROM log_checkpoints ORDER BY size DESC, id DESC LIMIT 1
