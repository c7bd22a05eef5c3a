-- These models now hold all lines of a source up to this one.
UPDATE read_models SET sequence = $3 WHERE source = $1 AND model = ANY ($2::text[]) AND sequence < $3
