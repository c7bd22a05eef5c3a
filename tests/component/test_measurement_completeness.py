"""P7, series by series: what a provider sent before is expected again when a round closes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from services.measurement.application.completeness import Owing
from services.measurement.application.consequences import Consequences
from services.measurement.domain.reporting import NothingLacks
from services.measurement.policies.policies import POLICIES
from tests.callers import Caller, named, token
from tests.component.measuring import (
    BAYSIDE,
    INITIATIVE,
    MAPPING,
    WHY,
    House,
    house,
    indicator,
    send,
)
from tests.component.policed import Policed, lines_of, told
from tests.component.three_services import BY

HERE = f"/v1/initiatives/{INITIATIVE}"
LLEN, SCHOOL = named("llen"), named("school")
KINGSTON = BAYSIDE | {"code": "20803", "label": "Kingston"}
WINDOW = {"opens": "2022-07-01", "due": "2022-07-29", "closes": "2022-07-30"}
TERMS = {
    "parties": [str(LLEN), str(SCHOOL)],
    "providers": [str(LLEN), str(SCHOOL)],
    "recipients": [str(LLEN)],
    "purpose": "See.",
    "legal_basis": "Consent.",
    "min_count": 5,
    "retention": "Seven years.",
    "ends": "2030-01-01",
}
BY_HALF = MAPPING | {"period": {"format": "iso", "column": "Half"}, "dimensions": []}
BEFORE = """Half,Place,Code,Value
2021-07-01/2021-12-31,Bayside,20801,13.9
2021-07-01/2021-12-31,Kingston,20803,21.4
"""


class Here(NamedTuple):
    house: House
    caller: Caller
    indicator: UUID
    agreement: str
    policed: Policed

    async def round(self, *periods: str, **more: str) -> str:
        said = {"title": "Round", "periods": periods, **WINDOW, **more}
        return str((await self.caller.done(f"{HERE}/reporting-periods", said))["id"])

    async def sends(self, round: str, place: dict[str, str], period: str) -> dict[str, Any]:
        said = {"period": period, "place": place, "value": "12.5"} | self.under(round)
        return await self.caller.done(f"/v1/indicators/{self.indicator}/observations", said)

    def under(self, round: str) -> dict[str, str]:
        return {"agreement_id": self.agreement, "reporting_period_id": round}

    async def closes(self, round: str) -> dict[str, dict[str, Any]]:
        """What is flagged then, by the provider that it is flagged of."""
        await self.caller.done(f"/v1/reporting-periods/{round}/closures", {})
        for line in await lines_of(self.house.app):
            await self.policed.hear(line)
        flags = told(await lines_of(self.house.app), "measurement.completeness-gap-flagged")
        return {
            line["data"]["organisation"]: line["data"]
            for line in flags
            if line["subject"].endswith(round)
        }


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    measuring = house()
    policed = Policed("measurement", POLICIES, measuring.app, measuring.clock, measuring.references)
    async with Caller(measuring.app, bearer=token(organisation=LLEN)) as caller:
        one = await indicator(caller, numerator=None, denominator=None, method="Registers")
        said = {"kind": "partner-data", "title": "Attendance", "terms": TERMS}
        agreement = str((await caller.done(f"{HERE}/data-agreements", said))["id"])
        path = f"/v1/data-agreements/{agreement}"
        await caller.done(f"{path}/signatures", {})
        school = {"Authorization": f"Bearer {token(organisation=SCHOOL)}"}
        await caller.done(f"{path}/signatures", {}, **school)
        await caller.done(f"{path}/activations", {})
        yield Here(measuring, caller, one, agreement, policed)


async def sent_before(here: Here) -> str:
    """The second half of 2021 came by file, for two places."""
    first = await here.round("2021-S2")
    answer = await send(here.caller, BEFORE, BY_HALF, **here.under(first))
    assert answer.status_code == 201, answer.text
    return first


async def test_the_series_that_came_before_and_lack_now_are_named(here: Here) -> None:
    first = await sent_before(here)
    assert list(await here.closes(first)) == [str(SCHOOL)]
    second = await here.round("2022-S1")
    await here.sends(second, BAYSIDE, "2022-S1")
    flagged = await here.closes(second)
    assert flagged.keys() == {str(LLEN), str(SCHOOL)}
    own = flagged[str(LLEN)]
    assert own["count"] == 1
    assert own["lacking"] == [
        {"indicator_id": str(here.indicator), "place": KINGSTON, "dimensions": {}}
    ]
    assert flagged[str(SCHOOL)].keys().isdisjoint({"count", "lacking"})


async def test_who_sends_all_again_leaves_no_gap(here: Here) -> None:
    await sent_before(here)
    second = await here.round("2022-S1")
    for place in (BAYSIDE, KINGSTON):
        await here.sends(second, place, "2022-S1")
    assert list(await here.closes(second)) == [str(SCHOOL)]


async def test_nothing_is_expected_for_periods_of_another_length(here: Here) -> None:
    await sent_before(here)
    year = await here.round("2021")
    await here.sends(year, BAYSIDE, "2021")
    assert list(await here.closes(year)) == [str(SCHOOL)]


async def test_nothing_is_expected_of_a_series_that_has_ended(here: Here) -> None:
    await sent_before(here)
    path = f"/v1/indicators/{here.indicator}"
    seen = (await here.caller.get(path)).json()
    renamed = seen["definition"] | {"name": "After 26 weeks"}
    said = {"definition": renamed, "comparable": False, "reason": WHY}
    await here.caller.done(f"{path}/definition-changes", said, If_Match=f'"{seen["version"]}"')
    second = await here.round("2022-S1")
    await here.sends(second, BAYSIDE, "2022-S1")
    assert list(await here.closes(second)) == [str(SCHOOL)]


async def test_nobody_owes_anything_in_a_backfill(here: Here) -> None:
    await sent_before(here)
    assert await here.closes(await here.round(kind="backfill")) == {}


async def test_what_came_until_the_flag_is_raised_is_no_gap(here: Here) -> None:
    """A row that waited for its turn looks anew."""
    await sent_before(here)
    second, other = await here.round("2022-S1"), await here.round("2022-S1")
    await here.sends(second, BAYSIDE, "2022-S1")
    ask = Consequences(here.house.app.state.repository, here.house.references)
    owing = Owing(LLEN, UUID(here.agreement))
    assert owing in await ask.completeness.gaps(UUID(second))
    await here.sends(other, KINGSTON, "2022-S1")
    with pytest.raises(NothingLacks):
        await ask.not_all_came(UUID(second), owing, by=BY)
