"""Every refusal of a decision says which rule of which charter version, and what satisfies it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.callers import Caller, named
from tests.component.agenda_story import (
    CAST,
    LLEN,
    VOICES,
    decide,
    house,
    partnered,
    present,
    propose,
    speaker,
)
from tests.component.test_agenda import refusal

ALL = present(*list(CAST)[:-1])
AGAINST = "of-harbour-youth"
RULES = {
    "strategy": {"quorum": 7, "minimum_sectors": 6},
    "measurement": {"method": "consensus"},
    "backbone": {"method": "majority", "majority_percent": 85},
}


def table(*organisations: str, **more: Any) -> list[dict[str, Any]]:
    return present(*organisations, **more)


@pytest.mark.parametrize(
    ("decision_class", "attendees", "slug", "told"),
    [
        (
            "strategy",
            ALL[:6],
            "quorum-not-met",
            "Version 1 of the charter asks for 7 persons who count in a decision of class strategy,"
            " and 6 did (0 excluded by a conflict of interest); call it again with 1 more.",
        ),
        (
            "agenda",
            table("Bayside youth services", "Harbour Youth"),
            "sectors-too-few",
            "Version 1 of the charter asks for 4 sectors in a decision of class agenda, and 3"
            " counted (community-service, lived-experience, local-government); call it again with"
            " 1 more.",
        ),
        (
            "agenda",
            table(*list(CAST)[:-1], voices=1),
            "voices-too-few",
            "Version 1 of the charter asks for 2 lived-experience voices in a decision of class"
            " agenda, and 1 counted; call it again with 1 more holders of a lived-experience seat.",
        ),
        (
            "measurement",
            table(*list(CAST)[:-1], against=[AGAINST]),
            "somebody-against",
            "Version 1 of the charter decides class measurement by consensus, and of-harbour-youth"
            " were against; change the proposal until they agree or stand aside.",
        ),
        (
            "backbone",
            table(*list(CAST)[:-1], against=[AGAINST, "voice-1"]),
            "majority-missed",
            "Version 1 of the charter asks for more than 85 % of the votes in a decision of class"
            " backbone, and 5 of 7 were for; change the proposal and call it again.",
        ),
        (
            "operational",
            table(LLEN, voices=0),
            "not-delegated",
            "Version 1 of the charter leaves class operational to a delegate, and no delegation is"
            " in force; delegate it by a decision of class charter.",
        ),
    ],
)
async def test_a_decision_that_the_rule_forbids_is_refused_in_its_words(
    decision_class, attendees, slug, told
):
    app, _ = house()
    async with Caller(app) as caller:
        proposal = await propose(caller, await partnered(caller, **RULES), decision_class)
        called = {"attendees": attendees, "result": "Agreed."}
        refused = await caller.ask(f"{proposal}/decisions", called)
        assert refusal(refused) == (409, slug)
        assert refused.json()["detail"] == told


@pytest.mark.parametrize(
    ("decision_class", "paramount", "slug"),
    [
        ("strategy", True, "paramount-objection-open"),
        ("measurement", False, "objection-open"),
    ],
)
async def test_an_open_objection_is_named_with_what_settles_it(decision_class, paramount, slug):
    app, _ = house()
    async with Caller(app) as caller, speaker(app, VOICES, "voice-1") as voice:
        proposal = await propose(caller, await partnered(caller, **RULES), decision_class)
        said = {"ground": "It leaves out TAFE.", "paramount": paramount}
        raised = await voice.done(f"{proposal}/objections", said)
        refused = await caller.ask(f"{proposal}/decisions", {"attendees": ALL, "result": "Agreed."})
        assert refusal(refused) == (409, slug)
        detail = refused.json()["detail"]
        assert detail.startswith(f"Version 1 of the charter decides class {decision_class} by con")
        assert raised["objections"][0]["objection_id"] in detail
        assert detail.endswith("Integrate it, or have its owner withdraw it.")


async def test_a_delegate_who_is_not_there_is_named_with_the_charter_s_version():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        said = {
            "decision_class": "operational",
            "organisation": str(named(LLEN)),
            "decision_id": await decide(caller, initiative, "charter"),
        }
        await caller.done(f"{initiative}/charter/delegations", said)
        proposal = await propose(caller, initiative, "operational")
        called = {"attendees": present("Harbour Youth", voices=0), "result": "Agreed."}
        refused = await caller.ask(f"{proposal}/decisions", called)
        assert refusal(refused) == (409, "delegate-absent")
        assert "Version 1 of the charter leaves class operational" in refused.json()["detail"]
        assert str(named(LLEN)) in refused.json()["detail"]
