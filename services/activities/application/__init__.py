"""The use cases: load, ask, save."""

from services.activities.application.service import ActivitiesService

__all__ = ["ActivitiesService"]
