-- The claims of a bulk append; a taken one fails the whole chunk.
INSERT INTO claims (kind, key, holder) SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[])
