"""What this service knows of the others' things: pure readers of foreign facts.

What is cited of other services is taken as it is. But a plan is approved only when the measures and
the plan of action stand (P3, P5), and whoever cites the line of a release is found by the release
(P10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from infra.messaging import Carried, ReadReferences, Reference, named, owned
from services.agenda.application.consequences import turned_away_in
from services.agenda.application.cycles import FRAMEWORK, PLAN, PLANNED

MEASURED, PLANS = "measurement.measurement-framework-adopted", "activities.plan-of-action-adopted"
RELEASED, REFUSED = "measurement.feed-released", "measurement.submission-rejected"
ACCEPTED, TAKEN_BACK = "measurement.submission-accepted", "measurement.submission-withdrawn"
SUBMISSION = "submission"


def planned(carried: Carried) -> Iterable[Reference]:
    """A plan of action, and the cycle that it is the plan of."""
    yield from owned(PLAN)(carried)
    yield from named(PLANNED, "cycle_id")(carried)


def released(carried: Carried) -> Iterable[Reference]:
    """The line by which a release was published, found by the release."""
    release = UUID(carried.line.subject.rpartition("/")[2])
    initiative = carried.line.partitionkey
    yield Reference(line_of(release), UUID(int=carried.sequence), initiative)


def turned_away(carried: Carried) -> Iterable[Reference]:
    """A submission that never counts; of one that a person refused in a round, also the line."""
    yield from owned(SUBMISSION, "withdrawn")(carried)
    data = carried.line.data
    if data["rejection"] == "declined" and data.get("reporting_period_id"):
        kind = turned_away_in(UUID(data["reporting_period_id"]), UUID(data["provider"]))
        yield Reference(kind, UUID(int=carried.sequence), carried.line.partitionkey)


def line_of(release: UUID) -> str:
    """The kind of reference that holds the sequences of a release's lines."""
    return f"line of {release}"


READS: Mapping[str, ReadReferences] = {
    MEASURED: owned(FRAMEWORK),
    PLANS: planned,
    RELEASED: released,
    ACCEPTED: owned(SUBMISSION),
    REFUSED: turned_away,
    TAKEN_BACK: owned(SUBMISSION, "withdrawn"),
}
"""By foreign fact: what it makes known here."""
