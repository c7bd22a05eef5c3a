-- A model that is to be built anew stands before the first line.
UPDATE read_models SET sequence = 0 WHERE model = $1
