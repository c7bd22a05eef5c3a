-- An answer may be as large as what it shows: 50 KiB take PostgreSQL's compression 4 ms, under the
-- append's lock, and are gone in 30 days. So they are kept as they are.
ALTER TABLE idempotency ALTER COLUMN answer SET STORAGE EXTERNAL;
