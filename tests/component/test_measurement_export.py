"""Any accepted file can be exported and compared value by value with its source."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Sequence
from decimal import Decimal
from io import StringIO
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.api.indicators import body, head
from gateway.readmodels import observations
from infra.eventstore import MemoryEventStore
from infra.messaging.carried import Carried
from tests.callers import Caller
from tests.component.measuring import indicator, send, service


class Office(NamedTuple):
    """How an office writes its tables."""

    delimiter: str
    mark: str
    thousands: str
    missing: str


class Source(NamedTuple):
    """One row of the source: a cell, and its number, or why there is none."""

    place: str
    sex: str
    age: str
    year: int
    value: Decimal | None


OFFICES = st.builds(
    Office,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    mark=st.sampled_from([".", ","]),
    thousands=st.sampled_from(["", " ", "'"]),
    missing=st.sampled_from(["..", "np", "-"]),
)
LETTERS = st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff")
NAMES = st.text(LETTERS, min_size=1, max_size=12).map(lambda text: text.strip() or "x")
CELLS = st.tuples(NAMES, st.sampled_from(["", "Female", "Male"]), NAMES, st.integers(1990, 2021))
NUMBERS = st.decimals(-(10**9), 10**9, places=3) | st.integers(-(10**12), 10**12).map(Decimal)
ROWS = st.dictionaries(CELLS, NUMBERS | st.none(), min_size=1, max_size=25).map(
    lambda rows: [Source(*cell, value) for cell, value in rows.items()]
)


def written(rows: Sequence[Source], office: Office) -> str:
    out = StringIO()
    writer = csv.writer(out, delimiter=office.delimiter)
    writer.writerow(["Where", "Sex", "Age", "Year", "Figure"])
    for row in rows:
        writer.writerow([row.place, row.sex, row.age, row.year, _number(row.value, office)])
    return out.getvalue()


def _number(value: Decimal | None, office: Office) -> str:
    if value is None:
        return office.missing
    whole = f"{value:,f}".replace(",", "_").replace(".", office.mark)
    return whole.replace("_", office.thousands)


def mapping(office: Office) -> dict[str, Any]:
    value: dict[str, Any] = {
        "column": "Figure",
        "decimal_mark": office.mark,
        "missing": [office.missing],
    }
    if office.thousands:
        value["thousands"] = office.thousands
    return {
        "indicator": {"constant": "I4"},
        "period": {"format": "year", "column": "Year"},
        "value": value,
        "place": {"scheme": "office", "edition": "1", "code_column": "Where"},
        "dimensions": ["Sex", "Age"],
        "delimiter": office.delimiter,
    }


async def imported(rows: Sequence[Source], office: Office) -> MemoryEventStore:
    app, store = service()
    async with Caller(app) as caller:
        await indicator(caller, numerator=None, denominator=None, method="Counted.")
        answer = await send(caller, written(rows, office), mapping(office))
    assert answer.status_code == 201, answer.text
    return store


async def exports(store: MemoryEventStore) -> dict[tuple[str, ...], dict[str, str]]:
    """The export of what the log holds, by cell."""
    held = [
        dict(zip(observations.MODEL.columns, row, strict=True)) | {"sequence": recorded.sequence}
        for recorded in await store.replay(limit=5_000)
        for carried in [Carried.read(recorded.line)]
        if carried.fact in observations.MODEL.hears
        for row in observations.fold(carried)
    ]
    table = head(["Age", "Sex"]) + body(held, ["Age", "Sex"])
    told = csv.DictReader(StringIO(table.decode(), newline=""))
    return {(one["place_code"], one["Sex"], one["Age"], one["period"]): one for one in told}


# Each example is an import over HTTP: to make a failing one smaller would take minutes.
@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
    deadline=None,
)
@given(ROWS, OFFICES)
def test_any_accepted_file_can_be_exported_and_compared_value_by_value(
    rows: list[Source], office: Office
):
    async def there_and_back() -> dict[tuple[str, ...], dict[str, str]]:
        return await exports(await imported(rows, office))

    found = asyncio.run(there_and_back())
    assert len(found) == len(rows)
    for row in rows:
        cell = found[row.place, row.sex, row.age, str(row.year)]
        if row.value is None:
            assert (cell["value"], cell["status"]) == ("", "O")
        else:
            assert cell["value"] == format(row.value, "f")
