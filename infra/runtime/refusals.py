"""Why a house does not start, in sentences for the person at the terminal."""

from __future__ import annotations


class CannotStart(RuntimeError):
    """Something of the house does not start; the text says why, and what to do or where to look."""
