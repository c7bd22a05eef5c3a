-- How far the relay had come, and with which broker.
SELECT sequence, incarnation FROM relay_cursor
