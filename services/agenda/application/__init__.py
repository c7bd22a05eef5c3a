"""What one may ask of the agenda service."""

from services.agenda.application.agenda import Agenda

__all__ = ["Agenda"]
