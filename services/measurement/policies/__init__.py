"""What measurement does of its own accord, when something happened or a day has come."""
