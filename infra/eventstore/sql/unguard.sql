-- The end of the work that the lock stood for.
SELECT pg_advisory_unlock($1::integer, $2::integer)
