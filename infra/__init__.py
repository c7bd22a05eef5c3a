"""What every process of the house stands on. It knows none of them by name."""
