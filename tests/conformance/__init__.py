"""Foreign checkers: what the house gives out, read by other people's code (`make conformance`)."""
