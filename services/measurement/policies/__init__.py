"""What measurement does of its own accord, when a day has come."""
