-- The one lock under which sequences are handed out.
SELECT pg_advisory_xact_lock(7305801)
