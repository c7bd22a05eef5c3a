-- Why nothing is signed.
UPDATE log_keeper SET refused = $1
