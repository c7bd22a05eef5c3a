-- One process at a time reads its own log for policies; the others wait here, and find it read.
SELECT sequence FROM policies_read FOR UPDATE
