"""The register of change stories: what was told, chosen and fed back. Not a word of any story:
what was said is sealed, and the measurement service alone opens it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from gateway.registers.facts import Fact, Facts, Kinds, Shown

COLLECTED, SCREENED = "measurement.story-collected", "measurement.story-screened"
GIVEN, WITHDRAWN = "measurement.story-consent-given", "measurement.story-consent-withdrawn"
SELECTED, VERIFIED = "measurement.story-selected", "measurement.story-verified"
FED_BACK, ERASED = "measurement.story-selection-fed-back", "measurement.story-erased"
KINDS: Kinds = {
    COLLECTED: ("domain", "outcome_id"),
    GIVEN: ("uses",),
    WITHDRAWN: (),
    SCREENED: ("screening",),
    SELECTED: ("panel",),
    VERIFIED: ("method",),
    FED_BACK: ("to",),
    ERASED: (),
}


def register(facts: Facts, since: Mapping[UUID, str], *, past: bool) -> list[Shown]:
    """Each story in the order of collection. Of the present those are left out that nobody may use
    any more; a page about the past says so of them."""
    stories = [_story(facts, collected, since) for collected in facts.of(COLLECTED)]
    return [story for story in stories if past or story["since"] is None]


def things(facts: Facts) -> list[UUID]:
    """The stories that were collected."""
    return [UUID(collected.thing) for collected in facts.of(COLLECTED)]


def _story(facts: Facts, collected: Fact, since: Mapping[UUID, str]) -> Shown:
    id = collected.thing
    history = facts.of(*KINDS, thing=id)
    consent = facts.last(GIVEN, WITHDRAWN, thing=id)
    screened = facts.last(SCREENED, thing=id)
    selected = facts.last(SELECTED, thing=id)
    return {
        "id": id,
        "domain": collected["domain"],
        "outcome": collected.named(collected["outcome_id"]) if collected["outcome_id"] else None,
        "consent": _consent(consent),
        "uses": sorted(consent["uses"]) if consent and consent.kind == GIVEN else [],
        "screening": screened["screening"] if screened else None,
        "selected": selected is not None,
        "panel": selected["panel"] if selected else [],
        "verified": [fact["method"] for fact in facts.of(VERIFIED, thing=id)],
        "fed_back_to": [fact["to"] for fact in facts.of(FED_BACK, thing=id)],
        "since": since.get(UUID(id)),
        "text": f"/v1/stories/{id}/text",
        "history": [fact.told() for fact in history],
    }


def _consent(last: Fact | None) -> str:
    if last is None:
        return "asked"
    return "given" if last.kind == GIVEN else "withdrawn"
