-- How far the signed log is behind the lines, in lines and seconds, and whether it refuses.
SELECT signed.size,
       coalesce((SELECT max(sequence) FROM events), 0) - signed.size,
       extract(epoch FROM now() - keeper.caught_up_at)::double precision,
       keeper.refused
FROM log_keeper AS keeper
CROSS JOIN (SELECT coalesce(max(size), 0) AS size FROM log_checkpoints) AS signed
