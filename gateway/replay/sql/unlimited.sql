-- Until the transaction ends, a statement may take as long as whoever reads it.
SET LOCAL statement_timeout = 0
