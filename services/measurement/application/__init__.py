"""What one may ask of the measurement service."""

from services.measurement.application.service import MeasurementService

__all__ = ["MeasurementService"]
