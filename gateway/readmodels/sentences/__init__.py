"""Every fact in plain words: one sentence for each, and the step of the cycle it belongs to."""

from gateway.readmodels.sentences.activities import ACTIVITIES
from gateway.readmodels.sentences.agenda import AGENDA
from gateway.readmodels.sentences.feeds import FEEDS
from gateway.readmodels.sentences.measurement import MEASUREMENT
from gateway.readmodels.sentences.told import Told

FACTS: dict[str, Told] = {
    **{f"agenda.{fact}": told for fact, told in AGENDA.items()},
    **{f"measurement.{fact}": told for fact, told in MEASUREMENT.items()},
    **{f"measurement.{fact}": told for fact, told in FEEDS.items()},
    **{f"activities.{fact}": told for fact, told in ACTIVITIES.items()},
}
"""By the stored name of the fact, without its version."""

__all__ = ["FACTS", "Told"]
