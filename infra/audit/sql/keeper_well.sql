-- Every line is under a signed checkpoint now.
UPDATE log_keeper SET caught_up_at = now(), refused = ''
