"""What the agenda does of its own accord, when something happened or did not happen in time."""
