-- Up to which size there is a checkpoint: nothing beyond it is shown.
SELECT size FROM log_checkpoints ORDER BY size DESC LIMIT 1
