-- Until the connection goes back to the pool, a statement may take as long as whoever reads it.
SET statement_timeout = 0
