-- From here on this connection acts as the role that owns the read models.
SELECT set_config('role', tableowner, false) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'read_models'
