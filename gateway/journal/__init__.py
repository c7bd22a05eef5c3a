"""The journal: every line of every service, in sequence, and how far it has come."""

from gateway.journal.carry import carry_gateway
from gateway.journal.journal import Journal, JournalLine, Standing
from gateway.journal.sink import JournalSink, Project
from gateway.journal.vector import SOURCES, Vector, VectorMalformed

__all__ = [
    "SOURCES",
    "Journal",
    "JournalLine",
    "JournalSink",
    "Project",
    "Standing",
    "Vector",
    "VectorMalformed",
    "carry_gateway",
]
