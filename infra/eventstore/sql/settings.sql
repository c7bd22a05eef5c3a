-- Settings as they hold in this session.
SELECT name, current_setting(name) FROM unnest($1::text[]) AS asked (name)
