"""The people directory: references to names and contacts, outside the events."""

from services.agenda.directory.memory import MemoryPeople
from services.agenda.directory.people import Entry, People
from services.agenda.directory.postgres import PostgresPeople

__all__ = ["Entry", "MemoryPeople", "People", "PostgresPeople"]
