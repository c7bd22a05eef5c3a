-- Moves known-through to the clock's present instant, and says where the log ends.
SELECT sequence, instant FROM mark_known_through($1)
