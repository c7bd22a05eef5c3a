"""The line: canonical to the byte, cut in the right places, upcast, closed to the unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest
import rfc8785
from eventsourcing.domain import event
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from infra.eventstore import MemoryEventStore, Offer, Repository
from infra.kernel import Act, Aggregate, Created, Event, NotFound, Number, Provenance, SystemClock
from infra.kernel.line import MAX_LINE, FactTooLarge, Line, canonical, draft
from infra.kernel.mapper import UnknownFact, to_event

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
STREAM, INITIATIVE = UUID(int=1), UUID(int=2)
BY = Act(
    Provenance(actor="p", role="r", organisation=UUID(int=3), client="c", authority="a"),
    correlation_id="corr-1",
)

# Anything that JSON can say without floats; letters from all planes, and integers of 53 bits.
letters = st.characters(exclude_categories=["Cs"])
texts = st.text(letters, max_size=12) | st.sampled_from(
    ["", ',"sequence":"', ',"recordedtime":"', '"', "\\", "\u2028", "\ue000", "\U0001f30f", "\x00"]
)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=25,
)
objects = st.dictionaries(texts, values, max_size=5)


def a_draft(data: dict[str, Any], by: Act = BY, **more: Any) -> Any:
    return draft(
        **{
            "source": "agenda",
            "fact": "thing-done",
            "contract_version": 1,
            "subject": f"initiative/{INITIATIVE}/thing/{STREAM}",
            "stream_id": STREAM,
            "stream_version": 4,
            "initiative_id": INITIATIVE,
            "data": data,
            "by": by,
            "now": NOW,
            **more,
        }
    )


@given(values)
def test_canonical_json_is_rfc_8785(value: object) -> None:
    assert canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_names_beyond_the_first_plane_are_sorted_by_their_utf_16_units() -> None:
    value: dict[str, Any] = {"\U0001f30f": 1, "\ue000": 2, "a": {"\U00010000": 3, "\uffff": 4}}
    assert canonical(value).encode() == rfc8785.dumps(value)
    assert list(orjson.loads(canonical(value))) == ["a", "\U0001f30f", "\ue000"]


@given(objects, texts)
def test_what_a_caller_writes_does_not_move_the_cut(data: dict[str, Any], text: str) -> None:
    data = {**data, "recordedtime": text, "sequence": {"sequence": text, "recordedtime": text}}
    line = a_draft(data).line(recordedtime=NOW + timedelta(days=1), sequence=873)
    found = orjson.loads(line)
    assert line.encode() == rfc8785.dumps(found)
    assert found["data"] == data
    assert found["sequence"] == "00000000000000000873"
    assert found["recordedtime"] == "2026-03-02T09:30:00.000000Z"


def test_every_attribute_of_a_line() -> None:
    by = Act(
        BY.provenance,
        time=datetime(2026, 2, 1, 12, tzinfo=timezone(timedelta(hours=11))),
        correlation_id="corr-1",
        causation_id="cause-1",
        traceparent=f"00-{'a' * 32}-{'b' * 16}-01",
    )
    found = orjson.loads(a_draft({"x": 1}, by).line(recordedtime=NOW, sequence=12))
    assert UUID(found.pop("id")).version == 7
    assert len(bytes.fromhex(found.pop("salt"))) == 16
    assert found == {
        "causationid": "cause-1",
        "correlationid": "corr-1",
        "data": {"x": 1},
        "datacontenttype": "application/json",
        "dataschema": "/contracts/agenda/thing-done.v1.json",
        "partitionkey": str(INITIATIVE),
        "recordedtime": "2026-03-01T09:30:00.000000Z",
        "sequence": "00000000000000000012",
        "source": "/agenda",
        "specversion": "1.0",
        "streamversion": 4,
        "subject": f"initiative/{INITIATIVE}/thing/{STREAM}",
        "time": "2026-02-01T01:00:00.000000Z",
        "traceparent": f"00-{'a' * 32}-{'b' * 16}-01",
        "type": "commonweal.agenda.thing-done.v1",
    }


def test_what_is_not_said_is_left_out() -> None:
    found = orjson.loads(a_draft({}).line(recordedtime=NOW, sequence=1))
    assert not {"causationid", "traceparent"} & set(found)
    assert found["time"] == "2026-03-01T09:30:00.000000Z"


def test_no_two_lines_share_a_salt_or_an_id() -> None:
    lines = [orjson.loads(a_draft({}).line(recordedtime=NOW, sequence=1)) for _ in range(100)]
    assert len({line["salt"] for line in lines}) == len({line["id"] for line in lines}) == 100


@pytest.mark.parametrize("letter", ["x", "é", "\U0001f30f"])
def test_a_line_has_at_most_60_kib(letter: str) -> None:
    size = len(letter.encode())
    around = len(a_draft({"text": ""}).line(recordedtime=NOW, sequence=1).encode())
    fits = letter * ((MAX_LINE - around) // size)
    assert len(a_draft({"text": fits}).line(recordedtime=NOW, sequence=1).encode()) <= MAX_LINE
    with pytest.raises(FactTooLarge, match="61440"):
        a_draft({"text": fits + letter})


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 (that is the point)
    with pytest.raises(ValueError, match="time zone"):
        a_draft({}, Act(BY.provenance, time=naive))


def test_a_float_is_never_a_part_of_a_fact() -> None:
    with pytest.raises(TypeError, match="float"):

        class Measured(Event):
            TOPIC: ClassVar[str] = "line.measured"
            share: float

    with pytest.raises(TypeError, match="Instants"):

        class Timed(Event):
            TOPIC: ClassVar[str] = "line.timed"
            when: datetime


# A fact whose shape has changed twice since it was first written.


class BoxOpened(Created):
    """v1 said `weight` in grams as an integer; v2 said it as a text; v3 names the unit."""

    TOPIC: ClassVar[str] = "line.box-opened"
    class_version: ClassVar[int] = 3
    weight: Number
    unit: str

    @staticmethod
    def upcast_v1_v2(data: dict[str, Any]) -> None:
        data["weight"] = str(data["weight"])

    @staticmethod
    def upcast_v2_v3(data: dict[str, Any]) -> None:
        data["unit"] = "g"


class Box(Aggregate):
    TOPIC: ClassVar[str] = "line.box"

    @event(BoxOpened)
    def __init__(self, weight: Number, unit: str) -> None:
        self.weight = weight
        self.unit = unit


def a_line(version: int, data: dict[str, Any], fact: str = "box-opened") -> str:
    drafted = a_draft(
        data | {"provenance": BY.provenance.as_data()},
        source="line",
        fact=fact,
        contract_version=version,
        stream_version=1,
    )
    line: str = drafted.line(recordedtime=NOW, sequence=1)
    return line


@pytest.mark.parametrize(
    ("version", "data"),
    [
        (1, {"weight": 70}),
        (2, {"weight": "70"}),
        (3, {"weight": "70", "unit": "g"}),
    ],
)
async def test_every_shape_ever_written_is_read_as_the_newest(
    version: int, data: dict[str, Any]
) -> None:
    store = MemoryEventStore(SystemClock())
    drafted = a_draft(
        data | {"provenance": BY.provenance.as_data()},
        source="line",
        fact="box-opened",
        contract_version=version,
        stream_version=1,
        subject=f"initiative/{INITIATIVE}/box/{STREAM}",
    )
    await store.append(Offer([drafted]))
    (before,) = await store.read(STREAM)
    box = await Repository(store, SystemClock()).get(Box, STREAM)
    assert (str(box.weight), box.unit) == ("70", "g")
    assert list(await store.read(STREAM)) == [before], "old lines stay as they are"


def test_a_shape_from_the_future_is_refused() -> None:
    with pytest.raises(UnknownFact, match=r"box-opened\.v4"):
        to_event(a_line(4, {"weight": "70", "unit": "g"}), Box, STREAM)


def test_a_type_that_this_code_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownFact, match="box-burnt"):
        to_event(a_line(1, {}, fact="box-burnt"), Box, STREAM)


@pytest.mark.parametrize(
    "data",
    [
        {"weight": "70", "unit": "g", "colour": "red"},
        {"weight": "70"},
        {"weight": 70.5, "unit": "g"},
        {"weight": "heavy", "unit": "g"},
    ],
    ids=["unknown field", "missing field", "float", "wrong type"],
)
def test_a_line_of_another_shape_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        to_event(a_line(3, data), Box, STREAM)


async def test_a_stream_of_nobodys_is_not_found() -> None:
    with pytest.raises(NotFound, match="box"):
        await Repository(MemoryEventStore(SystemClock()), SystemClock()).get(Box, STREAM)


def test_a_foreign_reader_takes_what_it_needs() -> None:
    line = Line.read(a_line(3, {"weight": "70", "unit": "g", "colour": "red"}))
    assert (line.source, line.sequence, line.streamversion) == ("/line", 1, 1)
    assert line.position == "line:1"
    assert line.data["colour"] == "red"
