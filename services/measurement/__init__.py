"""Shared measurement: what all partners agree to measure, and the numbers themselves."""
