"""Formulas through HTTP: what is computed from others is checked when it is defined."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.callers import Caller
from tests.component.measuring import (
    BAYSIDE,
    DEFINITION,
    INITIATIVE,
    WHY,
    indicator,
    refusal,
    send,
    service,
    table,
)

SHARE = {"text": "percent(numerator(I4), denominator(I4))"}


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with Caller(service()[0]) as someone:
        yield someone


async def proposed(caller: Caller, code: str) -> str:
    path = f"/v1/initiatives/{INITIATIVE}/indicators"
    return f"/v1/indicators/{(await caller.done(path, {'code': code, 'name': code}))['id']}"


def terms(text: str, unit: str = "%", decimals: int = 1) -> dict[str, Any]:
    formula = {"text": text, "decimals": decimals}
    return {"definition": DEFINITION | {"unit": unit, "formula": formula}}


async def test_a_formula_is_part_of_the_definition_and_comes_out_as_it_went_in(caller: Caller):
    await indicator(caller, "I4")
    path = await proposed(caller, "I7")
    done = await caller.done(f"{path}/definitions", {"definition": DEFINITION | {"formula": SHARE}})
    assert done["definition"]["formula"] == SHARE | {"decimals": 1}
    assert (await caller.get(path)).json()["definition"]["formula"] == SHARE | {"decimals": 1}


@pytest.mark.parametrize(
    ("text", "unit", "status", "slug"),
    [
        ("percent(I4", "%", 422, "formula-not-understood"),
        ("I4 + I9", "%", 422, "formula-names-nobody"),
        ("I7 + I4", "%", 422, "formula-goes-in-circles"),
        ("I4", "days", 422, "formula-units-differ"),
        ("I4 + I5", "%", 422, "formula-units-differ"),
        ("I4 + I6", "%", 409, "formula-input-not-defined"),
        ("", "%", 422, "invalid-shape"),
        ("I4" + " " * 1_000 + "+ I4", "%", 422, "invalid-shape"),
    ],
)
async def test_a_formula_that_cannot_be_is_refused(
    caller: Caller, text: str, unit: str, status: int, slug: str
):
    await indicator(caller, "I4")
    await indicator(caller, "I5", unit="schools")
    await proposed(caller, "I6")
    path = await proposed(caller, "I7")
    answer = await caller.ask(f"{path}/definitions", terms(text, unit))
    assert refusal(answer) == (status, slug)
    assert (await caller.get(path)).json()["state"] == "proposed"


async def test_no_formula_comes_back_to_itself_through_others(caller: Caller):
    await indicator(caller, "I4")
    seven = await proposed(caller, "I7")
    await caller.done(f"{seven}/definitions", terms("I4 / 2"))
    eight = await proposed(caller, "I8")
    await caller.done(f"{eight}/definitions", terms("mean(I7, I4)"))
    changed = terms("I4 - I8") | {"comparable": False, "reason": WHY}
    answer = await caller.ask(f"{seven}/definition-changes", changed, If_Match='"2"')
    assert refusal(answer) == (422, "formula-goes-in-circles")
    assert "by way of I8" in answer.json()["detail"]


async def test_a_formula_rests_on_so_many_indicators_and_no_more(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.measurement.application.indicators.REACH", 2)
    await indicator(caller, "I4")
    for code, text in zip("ABC", ("I4 / 2", "A / 2", "B / 2"), strict=True):
        answer = await caller.ask(f"{await proposed(caller, code)}/definitions", terms(text))
    assert refusal(answer) == (422, "formula-reaches-too-far")


async def test_no_value_goes_in_where_a_formula_computes_it(caller: Caller):
    await indicator(caller, "I5")
    path = await proposed(caller, "I4")
    await caller.done(f"{path}/definitions", terms("I5 / 2"))
    answer = await caller.ask(
        f"{path}/observations", {"period": "2022", "place": BAYSIDE, "value": "7.10"}
    )
    assert refusal(answer) == (409, "computed-by-formula")
    answer = await send(caller, table("2022,Bayside,20801,_T,7.10"))
    assert refusal(answer) == (409, "computed-by-formula")
