"""The scenario, played through the gateway's REST as partners would, on a clock of its own."""

from gateway.demonstration.checks import check
from gateway.demonstration.scenario import play
from gateway.demonstration.tour import tour

__all__ = ["check", "play", "tour"]
