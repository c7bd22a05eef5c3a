"""P10: a value is another one now, or counts no longer; or a release was restated, or has to be.
Decisions that were taken on it are flagged, and the packs that froze it, once for each act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import act_id, own_id, require_named
from services.agenda.application import Agenda
from services.agenda.domain.values import Cited
from services.agenda.policies.cited import cited
from services.agenda.policies.known import SUBMISSION, line_of

DECISION = "decision"
RESTATED, TO_RESTATE = "measurement.feed-restated", "measurement.feed-restatement-opened"
RELEASES = {RESTATED: "A release was restated.", TO_RESTATE: "A release is to be restated."}
OBSERVATIONS = {
    "measurement.observation-corrected": "corrected",
    "measurement.observation-deduplicated": "cleared of those counted twice",
    "measurement.observation-decertified": "decertified",
    "measurement.observation-withdrawn": "withdrawn",
}


async def targets(service: Agenda, changed: Carried) -> Sequence[str]:
    things, before = await _cited_things(service, changed), _cause(changed)
    packs = await service.packs_citing(things, before)
    decisions = await service.decisions_citing(things, before)
    return [
        *(f"{cycle}/{pack.pack_id}" for cycle, found in packs.items() for pack in found),
        *(f"{DECISION}/{id}" for id in decisions),
    ]


async def ask(service: Agenda, changed: Carried, target: str, by: Act) -> object:
    # what a submission corrected counts once it is accepted
    await require_named(service.references, SUBMISSION, changed, "submission_id")
    first, _, id = target.partition("/")
    cause, note = _cause(changed), _note(changed)
    if first == DECISION:
        return await service.evidence_changed(UUID(id), cause=cause, note=note, by=by)
    lines = tuple(changed.line.data.get("supersedes", ()))
    return await service.pack_changed(
        UUID(first), UUID(id), cause=cause, note=note, lines=lines, by=by
    )


async def _cited_things(service: Agenda, changed: Carried) -> Sequence[tuple[str, object]]:
    """As what it may have been cited: its indicator, its series, or a line that said the value;
    the release that held it, or the line by which that was published."""
    data = changed.line.data
    if changed.fact in OBSERVATIONS:
        named = [data["indicator_id"], own_id(changed), *data.get("supersedes", ())]
    else:
        release = UUID(data["replaces"]) if changed.fact == RESTATED else own_id(changed)
        lines = await service.references.standing(line_of(release), changed.line.partitionkey)
        named = [release, *(line.int for line in sorted(lines))]
    return [("measurement", name) for name in named]


def _cause(changed: Carried) -> Cited:
    """The line that changed it: of a release that is to be restated, the one that says why."""
    if changed.fact == TO_RESTATE:
        return Cited(source="measurement", sequence=changed.line.data["cause"])
    return cited(changed)


def _note(changed: Carried) -> str:
    """Without the figures: what is said here, funders and the public may read as well."""
    if changed.fact in RELEASES:
        return RELEASES[changed.fact]
    data: dict[str, Any] = changed.line.data
    period = (data.get("was") or data["observation"])["period"]
    where = data["place"].get("label") or data["place"]["code"]
    return f"The value for {period} in {where} was {OBSERVATIONS[changed.fact]}."


POLICY = Policy("P10", frozenset({*OBSERVATIONS, *RELEASES}), targets, ask, act_id)
