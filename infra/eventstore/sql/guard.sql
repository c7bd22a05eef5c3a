-- A lock that the server gives back when this session ends.
SELECT pg_try_advisory_lock($1::integer, $2::integer)
