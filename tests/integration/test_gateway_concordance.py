"""A concordance that is asked for makes one row of two editions; without it they stay apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.api.result_views import ResultList, WhatIf
from gateway.api.standing_views import Scorecard
from gateway.api.views import ProgressPage
from gateway.clients import Services
from infra.eventstore import MemoryEventStore
from infra.kernel.clock import ManualClock
from infra.messaging.references import MemoryReferences
from infra.web import Parts
from services.agenda.api import code_lists as served
from services.agenda.app import create_app
from services.agenda.domain.code_lists import FOLDER, code_lists
from tests.callers import Caller, named, token, verifier
from tests.conftest import Database
from tests.integration.gateway_formulas import defined, recorded
from tests.integration.gateway_house import INITIATIVE, PACKAGES, ROOT, GatewayHouse, gateway_on
from tests.lines import BEGIN, History

INVENTED = Path(__file__).parents[1] / "data" / "code_lists"
LIST = "concordance-invented-1-to-2"
SHARE, DAYS, DOUBLE = named("share"), named("days"), named("double")
OLD = {"north": (5, 10), "middle": (6, 30), "south": (4, 40)}
NEW = {"N": (9, 20), "M": (3, 11), "S": (6, 50)}


def place(code: str, edition: str) -> dict[str, str]:
    return {"scheme": "invented", "edition": edition, "code": code}


def counted(year: int, over: int, under: int) -> dict[str, Any]:
    period = {"period": str(year), "start": f"{year}-01-01", "end": f"{year}-12-31"}
    amounts = {"numerator": str(over), "denominator": str(under)}
    return period | amounts | {"value": f"{100 * over / under:.1f}"}


def known() -> History:
    """2021 in the old edition, 2022 in the new one, which the initiative's places are of."""
    told = History()
    places = [place(code, "2") for code in NEW]
    told.tell("agenda.initiative-registered", ROOT, {"name": "Invented", "places": places})
    defined(told, SHARE, "C1")
    defined(told, DAYS, "C2", unit="days")
    defined(told, DOUBLE, "C3", "percent(numerator(C1), denominator(C1))", decimals=2)
    for code, parts in OLD.items():
        recorded(told, SHARE, place(code, "1"), counted(2021, *parts))
        days = {key: text for key, text in counted(2021, *parts).items() if "ator" not in key}
        recorded(told, DAYS, place(code, "1"), days)
    for code, parts in NEW.items():
        recorded(told, SHARE, place(code, "2"), counted(2022, *parts))
    return told


@pytest.fixture
async def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[GatewayHouse]:
    """A gateway with an agenda that serves the invented list."""
    both = code_lists(FOLDER) | code_lists(INVENTED)
    monkeypatch.setattr(served, "code_lists", lambda: both)
    clock = ManualClock(BEGIN)
    app = create_app(Parts(MemoryEventStore(clock), clock, verifier(), MemoryReferences()))
    dsn = await database("gateway", packages=PACKAGES)
    async with Caller(app) as agenda, gateway_on(dsn) as gateway:
        asked = httpx.AsyncClient(transport=agenda._transport, base_url="http://agenda")
        gateway.app.state.services = Services({"agenda": asked})
        await gateway.take(known())
        yield gateway
        await asked.aclose()


def shares(found: dict[str, Any]) -> dict[str, Any]:
    indicator: dict[str, Any] = next(each for each in found["indicators"] if each["code"] == "C1")
    return indicator


async def test_without_being_asked_for_nothing_is_converted(house: GatewayHouse) -> None:
    scored = await house.get(f"/v1/initiatives/{INITIATIVE}/scorecard")
    assert "concordance" not in scored
    assert [point["value"] for point in shares(scored)["trend"]["points"]] == ["22.2"]
    assert "converted" not in str(scored)


async def test_two_editions_are_one_row_that_says_what_was_converted(house: GatewayHouse) -> None:
    scored = await house.get(f"/v1/initiatives/{INITIATIVE}/scorecard", concordance=LIST)
    Scorecard.model_validate(scored)
    assert scored["concordance"] == {
        "list": LIST,
        "version": 1,
        "source": "Nobody: these areas and weights are invented",
        "from": {"scheme": "invented", "edition": "1"},
        "to": {"scheme": "invented", "edition": "2"},
        "weighted_by": "invented residents",
    }
    pinned = await house.get(f"/v1/initiatives/{INITIATIVE}/scorecard", concordance=f"{LIST}.v1")
    assert pinned == scored
    points = shares(scored)["trend"]["points"]
    assert [(each["value"], each.get("converted_by")) for each in points] == [
        ("18.8", f"{LIST}.v1"),
        ("22.2", None),
    ]


async def test_what_cannot_be_added_is_not_computed_and_why_is_said(house: GatewayHouse) -> None:
    page = await house.get(f"/v1/initiatives/{INITIATIVE}/progress", concordance=LIST)
    ProgressPage.model_validate(page)
    days = next(each for each in page["indicators"] if each["code"] == "C2")
    assert days["latest"] is None
    (why,) = days["not_computed"]
    assert "not converted: its definition states no additive group" in why["detail"]


async def test_results_tell_each_place_and_what_it_is_made_of(house: GatewayHouse) -> None:
    at = f"/v1/indicators/{SHARE}/results"
    assert (await house.get(at))["results"] == []
    found = await house.get(at, concordance=LIST, limit=2)
    ResultList.model_validate(found)
    results = list(found["results"])
    while "next" in found:
        found = await house.get(at, concordance=LIST, limit=2, cursor=found["next"])
        results += found["results"]
    told = {(each["place"]["code"], each["period"]["text"]): each for each in results}
    assert len(told) == len(results) == 6
    (south,) = told["S", "2021"]["inputs"]
    assert (told["S", "2021"]["value"], south["converted_by"]) == ("12.0", f"{LIST}.v1")
    assert [(each["code"], each["weight"]) for each in south["made_of"]] == [
        ("middle", "0.3333334"),
        ("south", "0.975"),
    ]
    (own,) = told["S", "2022"]["inputs"]
    assert own["series_id"]
    assert "converted_by" not in own


async def test_a_formula_rests_on_converted_counts_and_says_so(house: GatewayHouse) -> None:
    found = await house.get(f"/v1/indicators/{DOUBLE}/results", concordance=LIST)
    whole = {each["period"]["text"]: each for each in found["whole"]}
    assert whole["2021"]["value"] == "18.75"
    assert {each["converted_by"] for each in whole["2021"]["inputs"]} == {f"{LIST}.v1"}
    cells = {(each["place"]["code"], each["period"]["text"]): each for each in found["results"]}
    assert cells["N", "2021"]["exact"] is not None
    assert cells["N", "2022"]["value"] == "45.00"


async def test_what_would_be_rests_on_it_too(house: GatewayHouse) -> None:
    at = f"/v1/indicators/{DAYS}/what-if"
    found = await house.get(at, concordance=LIST)
    WhatIf.model_validate(found)
    assert not found["what_if"]["computable"]
    (period,) = found["what_if"]["periods"]
    assert "not converted" in period["detail"]
    shared = await house.get(f"/v1/indicators/{SHARE}/what-if", concordance=LIST)
    assert [each.get("converted_by") for each in shared["what_if"]["periods"]] == [
        None,
        f"{LIST}.v1",
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-such-list", "There is no code list"),
        ("sectors", "leads to no other edition"),
        (f"{LIST}.v2", "is served in version 1 now"),
    ],
)
async def test_a_list_that_leads_nowhere_is_refused(
    house: GatewayHouse, name: str, said: str
) -> None:
    at = f"/v1/initiatives/{INITIATIVE}/progress"
    refused = await house.get(at, status=422, concordance=name)
    assert refused["errors"][0]["pointer"] == "query:concordance"
    assert said in refused["detail"]


async def test_readers_from_outside_are_told_of_released_figures_only(house: GatewayHouse) -> None:
    house.caller.headers["authorization"] = f"Bearer {token('person-outside', 'public')}"
    page = await house.get(f"/v1/initiatives/{INITIATIVE}/progress", concordance=LIST)
    assert shares(page)["latest"] is None
    assert "18.8" not in str(page)
