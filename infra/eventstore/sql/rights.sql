-- Who we are here, and what we could do to the log beyond reading it and adding to it.
SELECT current_user, r.rolsuper,
       array(
           SELECT asked.privilege
           FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS asked (privilege)
           WHERE has_table_privilege(to_regclass('events'), asked.privilege)
       )
FROM pg_roles AS r
WHERE r.rolname = current_user
