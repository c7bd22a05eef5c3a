"""Read models: pure folds of the journal, and the questions that are put to them at a cut."""

from gateway.readmodels import cycles, initiatives, labels, observations, progress, search, timeline
from gateway.readmodels.model import Model
from gateway.readmodels.projector import Digest, Projector
from gateway.readmodels.reading import ReadModels

MODELS: tuple[Model, ...] = (
    timeline.MODEL,
    labels.MODEL,
    initiatives.MODEL,
    progress.MODEL,
    cycles.MODEL,
    observations.MODEL,
    observations.SUBMISSIONS,
    search.MODEL,
)
"""All of them; each is built and rebuilt by itself."""

__all__ = ["MODELS", "Digest", "Model", "Projector", "ReadModels"]
