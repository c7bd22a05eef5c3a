-- A bundle is made once more when its release is replaced: the later one says by which.
ALTER TABLE feed_bundles DROP CONSTRAINT feed_bundles_pkey, ADD PRIMARY KEY (release_id, log_size);
