"""A history for the registers: a decision, its evidence, its consequences, and its reversal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.callers import named
from tests.contract.examples import example
from tests.integration.gateway_house import (
    INDICATOR,
    INITIATIVE,
    OUTCOME,
    PARTNER,
    PARTNER_ORGANISATION,
    ROOT,
    deduplicated,
    founded,
    measured,
    target,
)
from tests.lines import History

ROOT_PATH = f"/v1/initiatives/{INITIATIVE}"
DECIDED, LATER = named("scale"), named("scale less")
COUNCIL = named("council")
RULE = {
    "conflict_excludes": "organisation",
    "decision_class": "adaptation",
    "majority_percent": 50,
    "method": "consent",
    "minimum_lived_experience": 0,
    "minimum_sectors": 2,
    "quorum": 2,
}
CITES = {
    "known_at": "agenda:1,measurement:3",
    "refs": [{"source": "measurement", "id": str(INDICATOR), "note": "61.3 %"}],
}


def attendee(organisation: UUID, sector: str) -> dict[str, Any]:
    return {
        "person": f"p-{sector}",
        "organisation": str(organisation),
        "sector": sector,
        "lived_experience": False,
        "counted": True,
        "position": "for",
    }


def made(**more: Any) -> dict[str, Any]:
    return (
        example("agenda.decision-made", whole=True)
        | {
            "charter_version": 1,
            "rule": RULE,
            "attendees": [
                attendee(PARTNER_ORGANISATION, "education"),
                attendee(COUNCIL, "local-government"),
            ],
            "sectors": ["education", "local-government"],
            "voices": 0,
            "result": "Agreed.",
            "option": None,
            "objections": [],
            "dissent": [],
            "cites": CITES,
            "decision_class": "adaptation",
            "wording": 1,
            "decided_at": "2022-01-01T00:00:00.000000Z",
        }
        | more
    )


def raised(title: str, **more: Any) -> dict[str, Any]:
    return {"decision_class": "adaptation", "title": title, "text": "As it says.", **more}


def everything() -> History:
    """All three stories of one initiative."""
    return worked(counted(decided()))


def decided(told: History | None = None) -> History:
    """A decision is taken on 61.3 %, carried out, flagged, and reversed by a later one."""
    told = told or founded()
    charter = example("agenda.charter-adopted", whole=True) | {"charter_version": 1}
    told.tell("agenda.charter-adopted", f"{ROOT}/governance-charter/{named('charter')}", charter)
    one, later = f"{ROOT}/proposal/{DECIDED}", f"{ROOT}/proposal/{LATER}"
    told.tell("agenda.proposal-raised", one, raised("Scale", cites=CITES))
    objection = {"objection_id": str(named("objection"))}
    told.tell(
        "agenda.objection-raised",
        one,
        objection
        | {
            "organisation": str(PARTNER_ORGANISATION),
            "ground": "Too fast",
            "paramount": True,
            "wording": 1,
        },
    )
    told.tell("agenda.objection-integrated", one, objection | {"how": "Slower"})
    told.tell("agenda.decision-made", one, made())
    cycle = f"{ROOT}/cycle/{named('cycle')}"
    told.tell("agenda.review-opened", cycle, {})
    adaptation = {"adaptation_id": str(named("adaptation"))}
    chosen = {"decision_id": str(DECIDED), "kind": "scale", "text": "All schools", "changes": []}
    told.tell("agenda.adaptation-decided", cycle, adaptation | chosen)
    indicator = f"{ROOT}/indicator/{INDICATOR}"
    revised = target("65") | {"decision_id": str(DECIDED)}
    told.tell("measurement.target-revised", indicator, {"was": "60", "target": revised})
    told.tell("agenda.adaptation-enacted", cycle, adaptation | {"done": []})
    cause = {"source": "measurement", "sequence": 3}
    flagged = {"cause": cause, "was": "61.3 %", "now": "57.1 %"}
    told.tell("agenda.decision-evidence-superseded", one, flagged)
    told.tell("agenda.proposal-raised", later, raised("Scale less", reverses=str(DECIDED)))
    told.tell("agenda.decision-made", later, made(cites=None))
    told.tell("agenda.decision-reversed", one, {"reversed_by": str(LATER)}, reason="Recounted")
    return told


def counted(told: History | None = None) -> History:
    """Values are recorded, cited by a decision as they were known, and then de-duplicated."""
    told = told or founded()
    link = {"indicator_id": str(INDICATOR), "outcome_id": str(OUTCOME), "level": "performance"}
    framework = f"{ROOT}/measurement-framework/{named('framework')}"
    told.tell("measurement.indicator-linked-to-outcome", framework, link)
    measured(told)
    cites = CITES | {"known_at": told.vector}
    one = f"{ROOT}/proposal/{DECIDED}"
    told.tell("agenda.proposal-raised", one, raised("Keep on", cites=cites))
    told.tell("agenda.decision-made", one, made(cites=cites))
    deduplicated(told)
    return told


def worked(told: History | None = None) -> History:
    """Three activities, two links, and a promise that is kept in part and given anew."""
    told = told or founded()
    desk, line, protocol = (
        f"{ROOT}/activity/{named(name)}" for name in ("desk", "line", "protocol")
    )
    for subject, title in ((desk, "Desk"), (line, "Line"), (protocol, "Protocol")):
        told.tell("activities.activity-proposed", subject, {"title": title})
    for number, (kind, ends) in enumerate(
        (("refers_to", (protocol, desk)), ("prerequisite_of", (desk, protocol)))
    ):
        link = f"{ROOT}/reinforcement/{named(f'link {number}')}"
        begin, end = (subject.rpartition("/")[2] for subject in ends)
        data = {"from_activity": begin, "to_activity": end, "kind": kind, "how": "By hand"}
        told.tell("activities.reinforcement-claimed", link, data)
        if number == 0:
            told.tell("activities.reinforcement-confirmed", link, {"confirmed_by": str(PARTNER)})
    promise = f"{ROOT}/commitment/{named('promise')}"
    pledged = example("activities.commitment-pledged") | {
        "partner_id": str(PARTNER),
        "promise": "40 placements",
        "amount": {"quantity": "40", "unit": "placements"},
        "due": "2022-01-31",
        "activity_id": desk.rpartition("/")[2],
    }
    told.tell("activities.commitment-pledged", promise, pledged)
    kept = {"partner_id": str(PARTNER), "quantity": "22", "whole": False}
    told.tell("activities.commitment-fulfilled", promise, kept)
    anew = {"partner_id": str(PARTNER), "promise": "18 placements", "due": "2022-01-01"}
    anew["amount"] = {"quantity": "18", "unit": "placements"}  # type: ignore[assignment]
    told.now += timedelta(days=2)
    told.tell("activities.commitment-renegotiated", promise, anew)
    return told
