"""Rows 26, 27, 33, 39 and 42: numbers on their way from who counted to who may use them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.demonstration.cast import BAYSIDE, GLEN_EIRA, HARBOUR, KINGSTON, Person
from gateway.demonstration.story import (
    BAYSIDE_PLACE,
    GLEN_EIRA_PLACE,
    KINGSTON_PLACE,
    SCHEME,
    WHOLE_AREA,
    Story,
)
from gateway.demonstration.terms import opens_round, reopens_round

SECOND_HALF = "2022-07-01/2022-12-31"
SUPPORTED = ((BAYSIDE_PLACE, 5, 3), (GLEN_EIRA_PLACE, 10, 6), (KINGSTON_PLACE, 16, 10))
COUNTED_ONCE = ((BAYSIDE_PLACE, 4, 2), (GLEN_EIRA_PLACE, 9, 5), (KINGSTON_PLACE, 15, 9))
MAPPING = {
    "indicator": {
        "column": "Indicator",
        "values": {code: code for code in ("I2", "I3", "I4", "I5", "I6")},
    },
    "period": {"format": "iso", "column": "Period"},
    "place": SCHEME
    | {"code_column": "Code", "columns": ["Place"], "label_scheme": "commonweal"}
    | {"label_edition": "1", "when_empty": WHOLE_AREA},
    "dimensions": ["Aboriginal status"],
    "value": {"column": "Value"},
    "numerator": {"column": "Numerator"},
    "denominator": {"column": "Denominator"},
    "status": {"column": "Status"},
}
HEADER = "Indicator,Period,Code,Place,Aboriginal status,Value,Numerator,Denominator,Status"
OF_PEOPLES = "Aboriginal and/or Torres Strait Islander"
FIRST_HALF = f"""\
{HEADER}
I3,2022-01-01/2022-06-30,,,,21,,,A
I5,2022-01-01/2022-06-30,,,,4,,,A
I2,2022-01-01/2022-06-30,20801,Bayside,,13.3,48,360,P
I2,2022-01-01/2022-06-30,20803,Kingston,,20.0,76,380,P
I2,2022-01-01/2022-06-30,20801,Bayside,{OF_PEOPLES},133.3,8,6,P
I2,2022-01-01/2022-06-30,20803,Kingston,{OF_PEOPLES},128.6,9,7,P
"""


async def first_numbers(story: Story) -> None:
    """Row 26: in two rows more were absent than there are. They are asked about, and left out."""
    player = story.player
    player.on(date(2022, 7, 1))
    await opens_round(story, "H1")
    player.on(date(2022, 7, 29))
    sent = await _sends(story, "H1", FIRST_HALF)
    one = f"/v1/submissions/{sent['submission_id']}"
    lines = sorted({found["line"] for found in sent["validation"]["first"]})
    queried = await player.does(
        Person.STEWARD,
        f"{one}/queries",
        question="Here more students were absent than are enrolled. Which count is right?",
        lines=lines,
    )
    await player.does(
        Person.SCHOOLS_DATA_LEAD,
        f"{one}/queries/{queried['queries'][-1]['query_id']}/answers",
        answer="Two columns were swapped. Leave the rows out; better ones come in spring.",
    )
    await player.does(
        Person.STEWARD,
        f"{one}/acceptances",
        leave_out_unsound=True,
        reason={"code": "other", "text": "Everything else agrees with the registers."},
    )
    await player.does(
        Person.STEWARD,
        f"{one}/verifications",
        method="Every count held against the schools' registers",
        sample=4,
    )


async def late_numbers(story: Story) -> None:
    """Row 27: the council that was missing sends its count after the round was reopened."""
    await reopens_round(story)
    story.player.on(date(2022, 8, 10))
    await _observes(
        story,
        "H1",
        "I2",
        "2022-01-01/2022-06-30",
        by=Person.GLEN_EIRA_LEAD,
        place=GLEN_EIRA_PLACE,
        status="P",
        **_share(54, 360),
    )


async def second_numbers(story: Story) -> None:
    """Row 33: of 31 young people supported, 19 are still engaged: 61.3 %. Sent by one, verified
    by a second, certified by a third."""
    player = story.player
    player.on(date(2023, 1, 20))
    await opens_round(story, "H2")
    rows = [HEADER]
    for place, supported, engaged in SUPPORTED:
        share = _share(engaged, supported)["value"]
        where = f"{place['code']},{place['label']}"
        rows.append(f"I4,{SECOND_HALF},{where},,{share},{engaged},{supported},A")
    rows += [f"I3,{SECOND_HALF},,,,12,,,A", "I6,2022,,,,131,,,A"]
    sent = await _sends(story, "H2", "\n".join(rows) + "\n")
    player.on(date(2023, 1, 24))
    await player.does(
        Person.STEWARD,
        f"/v1/submissions/{sent['submission_id']}/verifications",
        method="Counts held against the partners' case notes, on their premises",
        sample=3,
    )
    player.on(date(2023, 1, 27))
    for place, _, _ in SUPPORTED:
        await _certifies(story, "I4", place, SECOND_HALF)
    await _certifies(story, "I3", WHOLE_AREA, SECOND_HALF)
    await _certifies(story, "I6", WHOLE_AREA, "2022")
    story.notes("measurement", "I6: 131")


async def counts_once(story: Story) -> None:
    """Row 39: three young people were counted by two partners; 28 remain, 16 engaged: 57.1 %."""
    story.player.on(date(2023, 3, 20))
    await story.player.does(
        Person.HARBOUR_LEAD,
        f"/v1/indicators/{story.indicators['I4']}/deduplications",
        period=SECOND_HALF,
        cells=[
            {
                "place": place,
                "was": _share(engaged, supported),
                "now": _share(engaged_once, once),
                "removed": supported - once,
            }
            for (place, supported, engaged), (_, once, engaged_once) in zip(
                SUPPORTED, COUNTED_ONCE, strict=True
            )
        ],
        parties=[str(one.id) for one in (HARBOUR, BAYSIDE, GLEN_EIRA, KINGSTON)],
        method="Matched by the partners' own case numbers, on their own premises",
        reason={"code": "duplicate", "text": "Counted by Harbour Youth and by a council."},
    )


async def certifies_again(story: Story) -> None:
    """Row 39 continued: what Harbour Youth changed is certified anew, by the third person."""
    story.player.on(date(2023, 3, 21))
    for place, _, _ in COUNTED_ONCE:
        await _certifies(story, "I4", place, SECOND_HALF)


async def counts_calls(story: Story) -> None:
    """Row 42: nine days to the first call."""
    await opens_round(story, "Q1")
    await _observes(story, "Q1", "I3", "2023-Q1", value="9")
    story.notes("measurement", "I3: 9 days")


async def _sends(story: Story, name: str, table: str) -> dict[str, Any]:
    return await story.player.submits(
        Person.SCHOOLS_DATA_LEAD,
        f"{story.here}/submissions",
        {
            "mapping": ("mapping.json", json.dumps(MAPPING), "application/json"),
            "file": (f"{name}.csv", table, "text/csv"),
        },
        provider_reference=name,
        **_under(story, name),
    )


async def _observes(
    story: Story,
    name: str,
    code: str,
    period: str,
    *,
    by: Person = Person.SCHOOLS_DATA_LEAD,
    **what: Any,
) -> None:
    said = {"place": WHOLE_AREA, "period": period} | what | _under(story, name)
    await story.player.does(by, f"/v1/indicators/{story.indicators[code]}/observations", **said)


def _under(story: Story, name: str) -> dict[str, str]:
    return {"agreement_id": story.agreement, "reporting_period_id": story.rounds[name]}


async def _certifies(story: Story, code: str, place: dict[str, str], period: str) -> None:
    series = await _series(story, code, place)
    await story.player.does(
        Person.CERTIFIER, f"/v1/series/{series}/certifications", periods=[period]
    )


async def _series(story: Story, code: str, place: dict[str, str]) -> str:
    """The series of everybody in a place, by the definition that holds."""
    page = await story.player.reads(
        Person.EVALUATOR,
        f"/v1/indicators/{story.indicators[code]}/observations",
        limit="500",
        wait_for=story.player.position,
    )
    found = [one for one in page["observations"] if one["place"]["code"] == place["code"]]
    latest = max(found, key=lambda one: (not one["dimensions"], one["definition_version"]))
    return str(latest["series_id"])


def _share(numerator: int, denominator: int) -> dict[str, str]:
    """A percentage with one place, and what it is made of."""
    value = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.1"))
    return {
        "value": str(value),
        "numerator": str(numerator),
        "denominator": str(denominator),
    }
