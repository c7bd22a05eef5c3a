-- So far was the own log read.
UPDATE policies_read SET sequence = $1
