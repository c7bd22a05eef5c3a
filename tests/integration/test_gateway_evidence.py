"""Frozen evidence on a cycle's page: each cited line is compared with the journal's bytes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.callers import named
from tests.conftest import Database
from tests.integration.gateway_house import (
    CYCLE,
    PACKAGES,
    ROOT,
    GatewayHouse,
    founded,
    gateway_on,
    measured,
)
from tests.lines import History

PATH = f"/v1/cycles/{CYCLE}"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as gateway:
        yield gateway


def frozen(told: History, *refs: dict[str, Any]) -> None:
    pack = {
        "pack_id": str(named("E1")),
        "title": "E1",
        "cites": {"known_at": told.vector, "refs": list(refs)},
        "content_sha256": "0" * 64,
    }
    told.tell("agenda.review-opened", f"{ROOT}/cycle/{CYCLE}", {})
    told.tell("agenda.evidence-pack-frozen", f"{ROOT}/cycle/{CYCLE}", pack)


def cited(told: History, sequence: int, digest: str = "") -> dict[str, Any]:
    text = told.lines["measurement"][sequence - 1].text
    digest = digest or hashlib.sha256(text.encode()).hexdigest()
    return {"source": "measurement", "sequence": sequence, "sha256": digest, "note": "I4"}


async def test_a_cited_line_is_intact_as_long_as_its_bytes_are_the_same(
    house: GatewayHouse,
) -> None:
    told = founded()
    measured(told)
    sound, other = cited(told, 7), cited(told, 8, "f" * 64)
    frozen(told, sound, other)
    await house.take(told)
    [pack] = (await house.get(PATH))["review"]["evidence"]
    assert pack["cites"]["refs"] == [
        sound | {"line": "/v1/events/measurement/7", "intact": True},
        other | {"line": "/v1/events/measurement/8", "intact": False},
    ]
    served = await house.caller.get(pack["cites"]["refs"][0]["line"])
    assert hashlib.sha256(served.content).hexdigest() == sound["sha256"]


async def test_a_line_that_was_not_known_at_the_cut_is_not_judged(house: GatewayHouse) -> None:
    told = founded()
    measured(told)
    frozen(told, cited(told, 7))
    await house.take(told)
    agenda = len(told.lines["agenda"])
    page = await house.get(PATH, as_known_at=f"agenda:{agenda},measurement:6")
    [pack] = page["review"]["evidence"]
    assert "intact" not in pack["cites"]["refs"][0]


async def test_a_pack_says_that_a_story_it_cites_is_used_no_more(house: GatewayHouse) -> None:
    told, story = founded(), f"{ROOT}/change-story/{named('story')}"
    sealed = {"domain": "Confidence", "story": "aA..aA.aA.aA", "consent_ref": "form-17"}
    told.tell("measurement.story-collected", story, sealed)
    consent = {"consent_ref": "form-17", "uses": ["panel"]}
    told.tell("measurement.story-consent-given", story, consent)
    collected = len(told.lines["measurement"]) - 1
    frozen(told, cited(told, collected))
    then = told.vector
    await house.take(told)
    for fact, since in (
        (None, None),
        ("measurement.story-consent-withdrawn", "withdrawn"),
        ("measurement.story-erased", "erased"),
    ):
        if fact is not None:
            told.tell(fact, story, {})
            await house.take(told)
        for query in ({}, {"as_known_at": then}):
            [pack] = (await house.get(PATH, **query))["review"]["evidence"]
            [ref] = pack["cites"]["refs"]
            assert ref["intact"] is True
            assert ref.get("since") == since


async def test_the_register_of_stories_forgets_what_was_withdrawn(house: GatewayHouse) -> None:
    told, story = founded(), f"{ROOT}/change-story/{named('story')}"
    sealed = {"domain": "Confidence", "story": "aA..aA.aA.aA", "consent_ref": "form-17"}
    told.tell("measurement.story-collected", story, sealed)
    given = {"consent_ref": "form-17", "uses": ["panel"]}
    told.tell("measurement.story-consent-given", story, given)
    told.tell("measurement.story-screened", story, {"screening": "cleared"})
    panel = [{"group": "Young people", "members": 2}]
    told.tell("measurement.story-selected", story, {"panel": panel, "because": "aA..aA.aA.aA"})
    then = told.vector
    await house.take(told)
    path = f"{ROOT.replace('initiative', '/v1/initiatives')}/stories"
    [entry] = (await house.get(path, selected="true"))["stories"]
    assert (entry["domain"], entry["consent"], entry["since"]) == ("Confidence", "given", None)
    assert entry["panel"] == panel
    assert "aA..aA" not in str(entry)
    assert (await house.get(path, selected="false"))["stories"] == []
    told.tell("measurement.story-consent-withdrawn", story, {})
    await house.take(told)
    assert (await house.get(path))["stories"] == []
    [entry] = (await house.get(path, as_known_at=then))["stories"]
    assert (entry["consent"], entry["since"]) == ("given", "withdrawn")
