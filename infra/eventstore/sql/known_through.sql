-- Whether nothing can be recorded any more up to and at this instant.
SELECT instant > $1 FROM known_through
