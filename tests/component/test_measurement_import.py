"""Bulk import through HTTP, on memory twins: what is taken and what is refused, as a whole."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jsonschema
import orjson
import pyarrow
import pyarrow.parquet
import pytest

from infra.eventstore import MemoryEventStore
from infra.kernel import Conflict
from services.measurement.domain.submission_facts import OPEN, REJECTED
from tests.callers import Caller, token
from tests.component.measuring import (
    BAYSIDE,
    INITIATIVE,
    MAPPING,
    indicator,
    refusal,
    send,
    service,
    table,
)
from tests.terms import GIVEN, UNDER

HOUSE = Path(__file__).parents[2]
OFFICES = sorted((HOUSE / "tests" / "data" / "offices").glob("*.csv"))
CONTRACTS = HOUSE / "services" / "measurement" / "contracts"
FILE = table(
    "2021,Bayside,20801,,13.9", "2021,Bayside,20801,Female,..", "2022,Bayside,20801,,15.10"
)


@pytest.fixture
def house() -> tuple[Any, MemoryEventStore]:
    return service()


@pytest.fixture
async def caller(house) -> AsyncIterator[Caller]:
    async with Caller(house[0]) as someone:
        await indicator(someone)
        yield someone


async def lines(store: MemoryEventStore, after: int = GIVEN + 2) -> list[dict[str, Any]]:
    return [orjson.loads(r.line) for r in await store.replay(after=after, limit=100_000)]


async def values(store: MemoryEventStore) -> dict[tuple[str, str, str], str | None]:
    """(place, dimensions, period as given) -> value, of all that was recorded or corrected."""
    found: dict[tuple[str, str, str], str | None] = {}
    for line in await lines(store):
        data = line["data"]
        now = data.get("observations") or ([data["now"]] if "now" in data else [])
        for each in now:
            cell = (data["place"]["code"], json.dumps(data["dimensions"]), each["period"])
            found[cell] = each.get("value")
    return found


def reason_of(answer: httpx.Response) -> str:
    kind: str = answer.json()["type"]
    return kind.removeprefix("/problems/")


async def test_a_whole_file_goes_in_and_every_value_stands_as_it_was_written(house, caller):
    answer = await send(caller, FILE)
    assert answer.status_code == 201
    report = answer.json()
    counted = ("rows", "series", "new", "unchanged", "corrected", "missing", "refused")
    assert [report[name] for name in counted] == [3, 2, 3, 0, 0, 1, 0]
    assert answer.headers["Location"] == f"/v1/submissions/{report['submission_id']}"
    assert await values(house[1]) == {
        ("20801", "{}", "2021"): "13.9",
        ("20801", "{}", "2022"): "15.10",
        ("20801", '{"Sex": "Female"}', "2021"): None,
    }
    submission = (await caller.get(answer.headers["Location"])).json()
    assert submission["state"] == "accepted"
    assert submission["file"]["bytes"] == len(FILE)


async def test_observations_of_one_series_are_one_line_between_receipt_and_acceptance(
    house, caller
):
    await send(caller, FILE)
    types = [line["type"].split(".")[2] for line in await lines(house[1])]
    assert types == [
        "submission-received",
        *["observations-recorded"] * 2,
        "submission-validated",
        "submission-accepted",
    ]
    assert await house[1].held(OPEN) == {}


async def test_every_line_keeps_its_published_contract(house, caller):
    await send(caller, FILE)
    again = FILE.replace("13.9", "14.0")
    await send(caller, again, revisions="correct", reason="Revised by the office.")
    written = await lines(house[1])
    assert {line["type"].split(".")[2] for line in written} == {
        *("submission-received", "observations-recorded", "observation-corrected"),
        *("submission-validated", "submission-accepted"),
    }
    for line in written:
        contract = CONTRACTS / Path(line["dataschema"]).name
        jsonschema.validate(
            line["data"], json.loads(contract.read_text()), jsonschema.Draft202012Validator
        )


async def test_a_file_and_single_observations_write_the_same_data():
    in_one, one_by_one = service(), service()
    async with Caller(in_one[0]) as caller:
        await indicator(caller)
        await send(caller, table("2021,Bayside,20801,,13.9", "2021,Bayside,20801,Female,.."))
    async with Caller(one_by_one[0]) as caller:
        path = f"/v1/indicators/{await indicator(caller)}/observations"
        await caller.done(path, {"period": "2021", "place": BAYSIDE, "value": "13.9"} | UNDER)
        sex = {"dimensions": {"Sex": "Female"}, "status": "O"}
        await caller.done(path, {"period": "2021", "place": BAYSIDE} | sex | UNDER)
    bulk = [told(line) for line in await lines(in_one[1]) if recorded(line)]
    single = [told(line) for line in await lines(one_by_one[1]) if recorded(line)]
    assert bulk == single


def recorded(line: dict[str, Any]) -> bool:
    return line["type"] == "commonweal.measurement.observations-recorded.v1"


def told(line: dict[str, Any]) -> dict[str, Any]:
    """A line without what is another in every append."""
    data = line["data"] | {"submission_id": None, "indicator_id": None}
    fresh = {"id", "salt", "sequence", "recordedtime", "time", "correlationid", "subject"}
    return {name: line[name] for name in line.keys() - fresh} | {"data": data}


async def test_the_same_file_twice_changes_nothing_and_says_so(house, caller):
    await send(caller, FILE)
    written = len(await lines(house[1]))
    again = await send(caller, FILE)
    assert (again.status_code, again.json()["outcome"]) == (200, "nothing-changed")
    assert again.json()["unchanged"] == 3
    assert len(await lines(house[1])) == written


async def test_next_years_file_adds_what_is_new_in_it(house, caller):
    await send(caller, FILE)
    answer = await send(caller, FILE + "2023,Bayside,20801,,16\n")
    assert (answer.json()["new"], answer.json()["unchanged"]) == (1, 3)


async def test_a_revised_value_is_a_finding_unless_revisions_are_to_be_taken(house, caller):
    await send(caller, FILE)
    revised = FILE.replace("13.9", "14.0") + "2023,Bayside,20801,,16\n"
    held = await send(caller, revised)
    assert (held.status_code, held.json()["outcome"]) == (202, "waiting")
    [found] = held.json()["validation"]["first"]
    assert (found["line"], found["rule"]) == (2, "value-changed")
    assert (await values(house[1]))["20801", "{}", "2021"] == "13.9"
    before = len(await lines(house[1]))
    unsaid = await send(caller, revised, revisions="correct")
    assert reason_of(unsaid) == "reason-required"
    assert len(await lines(house[1])) == before
    taken = await send(caller, revised, revisions="correct", reason="Revised by the office.")
    report = taken.json()
    assert (report["new"], report["corrected"], report["unchanged"]) == (1, 1, 2)
    assert (await values(house[1]))["20801", "{}", "2021"] == "14.0"
    corrected = [line for line in await lines(house[1]) if "now" in line["data"]]
    assert corrected[0]["data"]["was"]["value"] == "13.9"
    assert corrected[0]["data"]["provenance"]["reason"]["text"] == "Revised by the office."


async def test_the_same_number_with_more_zeros_is_no_revision(caller):
    await send(caller, FILE)
    assert (await send(caller, FILE.replace("13.9", "13.900"))).json()["unchanged"] == 3


async def test_one_wrong_row_refuses_the_file_and_leaves_nothing(house, caller):
    wrong = FILE + "x,Bayside,20801,,1\n2023,Bayside,20801,,many\n"
    before = len(await lines(house[1]))
    refused = await send(caller, wrong)
    problem = refused.json()
    assert refused.status_code == 422
    assert (problem["total"], problem["refused"], problem["new"]) == (2, 2, 3)
    assert problem["counts"] == {"period": 1, "value": 1}
    assert [found["line"] for found in problem["findings"]] == [5, 6]
    assert len(await lines(house[1])) == before


async def test_all_findings_come_as_lines_where_they_are_asked_for(caller):
    wrong = table(*(f"x{number},Bayside,20801,,1" for number in range(1_500)))
    shown = (await send(caller, wrong)).json()
    assert (shown["total"], len(shown["findings"])) == (1_500, 1_000)
    answer = await send(caller, wrong, accept="application/jsonl")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/jsonl"
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert [each["line"] for each in found] == list(range(2, 1_502))


@pytest.mark.parametrize("by", ["form", "query"])
async def test_a_dry_run_reports_and_writes_nothing(house, caller, by):
    if by == "form":
        answer = await send(caller, FILE, dry_run="true")
    else:
        path = f"/v1/initiatives/{INITIATIVE}/submissions?dry_run=true"
        parts = {"file": ("f.csv", FILE)}
        key = {"Idempotency-Key": str(uuid4())}
        form = {"mapping": json.dumps(MAPPING)} | UNDER
        answer = await caller.post(path, files=parts, data=form, headers=key)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "dry-run")
    assert answer.json()["new"] == 3
    assert await lines(house[1]) == []


async def test_the_unit_is_the_indicators(caller):
    by_column = MAPPING | {"unit": {"column": "Unit"}}
    rows = (
        "Year,Place,Code,Sex,Value,Unit\n2021,Bayside,20801,,1,%\n2022,Bayside,20801,,1,persons\n"
    )
    refused = await send(caller, rows, by_column)
    assert refused.json()["counts"] == {"unit-differs": 1}
    assert refused.json()["findings"][0]["line"] == 3


async def test_the_indicator_is_named_by_code_or_by_id(house, caller):
    by_id = MAPPING | {"indicator": {"constant": str(await indicator(caller, "I5"))}}
    assert (await send(caller, FILE, by_id)).status_code == 201
    unknown = await send(caller, FILE, MAPPING | {"indicator": {"constant": "I99"}})
    assert (unknown.status_code, reason_of(unknown)) == (422, "indicator-not-here")
    by_column = MAPPING | {"indicator": {"column": "What", "values": {"four": "I4", "none": "I99"}}}
    rows = (
        "Year,Place,Code,Sex,Value,What\n2021,Bayside,20801,,1,four\n2021,Bayside,20801,,1,none\n"
    )
    refused = await send(caller, rows, by_column)
    assert refused.json()["counts"] == {"indicator-not-usable": 1}


async def test_nothing_is_imported_under_what_is_not_defined_or_deprecated(caller):
    proposed = await caller.done(
        f"/v1/initiatives/{INITIATIVE}/indicators", {"code": "I7", "name": "Proposed"}
    )
    early = await send(caller, FILE, MAPPING | {"indicator": {"constant": proposed["id"]}})
    assert (early.status_code, reason_of(early)) == (409, "not-yet-defined")


async def test_the_answer_is_kept_with_its_key_whatever_the_boundary(house, caller):
    first = await send(caller, FILE, key="monday")
    written = len(await lines(house[1]))
    again = await send(caller, FILE, key="monday")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(await lines(house[1])) == written
    other = await send(caller, FILE + "2024,Bayside,20801,,1\n", key="monday")
    assert (other.status_code, reason_of(other)) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"PK\x03\x04\x14\x00[Content_Types].xml", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        (b"PAR1\x15", "Parquet"),
    ],
)
async def test_a_spreadsheet_gets_a_clear_415(caller, head: bytes, what: str):
    refused = await send(caller, head + b"\x00" * 100)
    assert (refused.status_code, reason_of(refused)) == (415, "not-tabular")
    assert what in refused.json()["detail"]


async def test_too_many_rows_get_a_413_that_says_to_split(house, caller):
    rows = (f"{1900 + number % 100},P,{number},,1" for number in range(100_001))
    refused = await send(caller, table(*rows))
    assert (refused.status_code, reason_of(refused)) == (413, "too-large")
    assert "split it" in refused.json()["detail"]
    assert await lines(house[1]) == []


async def test_a_body_beyond_the_limit_gets_a_413(caller):
    refused = await send(caller, b"Year,Place,Code,Sex,Value\n" + b"\n" * (64 * 1024 * 1024))
    assert refused.status_code == 413
    assert "split it" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ({"file": FILE}, 422),
        ({"mapping": json.dumps(MAPPING)}, 422),
        ({"mapping": "{", "file": FILE}, 400),
        ({"mapping": "[]", "file": FILE}, 422),
        ({"mapping": json.dumps(MAPPING | {"typo": 1}), "file": FILE}, 422),
        ({"mapping": json.dumps(MAPPING), "file": FILE, "revisions": "maybe"}, 422),
        ({"mapping": json.dumps(MAPPING), "file": FILE, "dry_run": "perhaps"}, 422),
        ({"mapping": json.dumps(MAPPING), "file": FILE, "other": "x"}, 422),
        ({"mapping": json.dumps(MAPPING), "file": FILE, "reason": '{"code": "x"}'}, 422),
        ({"mapping": json.dumps(MAPPING), "file": FILE, "reason": b"\xff"}, 422),
        ({"mapping": b"\xff\xfe", "file": FILE}, 400),
        ({"mapping": json.dumps(MAPPING), "file": b""}, 422),
        ({"mapping": json.dumps(MAPPING), "file": "nothing here"}, 422),
        ({"mapping": "x" * 200 * 1024, "file": FILE}, 413),
    ],
)
async def test_a_form_is_refused_by_name_and_never_a_500(house, caller, parts, status):
    answer = await caller.post(
        f"/v1/initiatives/{INITIATIVE}/submissions",
        files={name: (None, value) for name, value in parts.items()},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].startswith("/problems/")
    assert await lines(house[1]) == []


async def test_what_is_wrong_with_a_mapping_is_told_at_one_place_only(caller):
    parts = {
        "mapping": json.dumps(MAPPING | {"value": {"column": "Value", "thousands": "_"}}),
        "file": FILE,
    }
    answer = await caller.post(
        f"/v1/initiatives/{INITIATIVE}/submissions",
        files={name: (None, value) for name, value in parts.items()},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.json()["errors"][0]["pointer"] == "/mapping/value/thousands"
    assert answer.json()["detail"].startswith("/mapping/value/thousands: ")


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 415),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n", 400),
        ("multipart/form-data; boundary=" + "x" * 300, b"", 400),
    ],
)
async def test_another_body_is_refused(caller, media_type: str, body: bytes, status: int):
    answer = await caller.post(
        f"/v1/initiatives/{INITIATIVE}/submissions",
        content=body,
        headers={"Content-Type": media_type, "Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code in (status, 422), answer.text
    assert answer.json()["type"].startswith("/problems/")


async def test_an_import_needs_a_key_and_a_role_that_writes(house, caller):
    path, parts = f"/v1/initiatives/{INITIATIVE}/submissions", {"file": ("f.csv", FILE)}
    assert (await caller.post(path, files=parts)).status_code == 400
    async with Caller(house[0], bearer=token("e", "evaluator")) as evaluator:
        assert (await send(evaluator, FILE)).status_code == 403


async def test_an_initiative_that_is_not_known_here_is_waited_for(caller):
    answer = await caller.post(
        f"/v1/initiatives/{uuid4()}/submissions",
        files={"file": ("f.csv", FILE)},
        data={"mapping": json.dumps(MAPPING)},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert (answer.status_code, reason_of(answer)) == (409, "not-known-here")


class OvertakenStore(MemoryEventStore):
    """Somebody else writes to the same series while the import is under way."""

    async def append_bulk(self, drafts, claims=()):
        list(drafts)
        raise Conflict(stream="a series")


async def test_an_import_that_is_overtaken_never_counts(monkeypatch, house, caller):
    monkeypatch.setattr(MemoryEventStore, "append_bulk", OvertakenStore.append_bulk)
    answer = await send(caller, FILE, key="overtaken")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    monkeypatch.undo()
    [id] = await house[1].held(REJECTED)
    assert (await caller.get(f"/v1/submissions/{id}")).json()["rejection"] == "overtaken"
    assert await house[1].held(OPEN) == {}
    again = await send(caller, FILE, key="overtaken")
    assert again.status_code == 201


def beside(file: Path, ending: str) -> str:
    return file.with_suffix(ending).read_text()


@pytest.mark.parametrize("file", OFFICES, ids=lambda file: file.stem)
async def test_other_offices_files_go_in_by_mapping_alone(house, caller, file: Path):
    mapping, content = json.loads(beside(file, ".mapping.json")), file.read_bytes()  # noqa: ASYNC240
    source = mapping["indicator"]
    named = [source["constant"]] if "constant" in source else sorted(set(source["values"].values()))
    rows = json.loads(beside(file, ".rows.json"))
    units = {row[2] for row in rows} - {None}
    for code in named:
        if code != "I4":
            await indicator(caller, code, unit=next(iter(units), "%"))
    answer = await send(caller, content, mapping)
    if len(units) > 1 or ("I4" in named and units - {"%"}):
        assert set(answer.json()["counts"]) == {"unit-differs"}
        return
    assert answer.status_code == 201, answer.text
    expected = {
        (row[3][2], json.dumps({k: v for k, v in row[4].items() if v != "_T"}), row[6]): row[7]
        for row in rows
    }
    assert await values(house[1]) == expected


async def test_the_demonstrations_real_file_comes_out_exactly_as_it_went_in(house, caller):
    file = HOUSE / "gateway" / "demonstration" / "data" / "indicator_8-6-1.csv"
    mapping = json.loads(file.with_suffix(".mapping.json").read_text())
    code = mapping["indicator"]["constant"]
    await indicator(caller, code, unit=(mapping.get("unit") or {}).get("constant") or "%")
    answer = await send(caller, file.read_bytes(), mapping)
    assert answer.status_code == 201, answer.text
    rows = list(csv.DictReader(StringIO(file.read_text())))
    found = await values(house[1])
    assert answer.json()["new"] == len(rows) == len(found)
    for row in rows:
        dimensions = {n: row[n] for n in sorted(("Status", "Gender", "Age group")) if row[n]}
        cell = (row["GeoCode"] or "Canada", json.dumps(dimensions), row["Year"])
        assert found[cell] == row["Value"]
        assert Decimal(found[cell] or "0") == Decimal(row["Value"] or "0")


def as_parquet(*columns: tuple[str, Any]) -> bytes:
    written = BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(dict(columns)), written)
    return written.getvalue()


PARQUET = as_parquet(
    ("Year", pyarrow.array([2021, 2021, 2022], pyarrow.int16())),
    ("Place", pyarrow.array(["Bayside"] * 3).dictionary_encode()),
    ("Code", pyarrow.array(["20801"] * 3)),
    ("Sex", pyarrow.array([None, "Female", None], pyarrow.string())),
    ("Value", pyarrow.array([Decimal("13.90"), None, Decimal("15.10")], pyarrow.decimal128(9, 2))),
)
JSON_LINES = """\
{"Year": 2021, "Place": "Bayside", "Code": "20801", "Sex": null, "Value": 13.90}
{"Year": "2021", "Place": "Bayside", "Code": "20801", "Sex": "Female", "Value": ".."}
{"Year": 2022, "Code": "20801", "Place": "Bayside", "Value": 15.10}
"""


@pytest.mark.parametrize("file", [PARQUET, JSON_LINES], ids=["parquet", "json lines"])
async def test_parquet_and_json_lines_go_in_by_the_same_mapping(house, caller, file):
    answer = await send(caller, file)
    assert (answer.status_code, answer.json()["new"]) == (201, 3), answer.text
    assert await values(house[1]) == {
        ("20801", "{}", "2021"): "13.90",
        ("20801", "{}", "2022"): "15.10",
        ("20801", '{"Sex": "Female"}', "2021"): None,
    }
    assert (await send(caller, file)).json()["outcome"] == "nothing-changed"


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        (PARQUET[: len(PARQUET) // 2], 415, "cannot be read"),
        (PARQUET.replace(b"PAR1", b"PAR1" * 9, 1), 415, "cannot be read"),
        (as_parquet(("Year", pyarrow.array([[2021]]))), 415, "cannot be read"),
        (as_parquet(("Year", pyarrow.array([2021] * 100_001))), 413, "100,000 rows"),
        (as_parquet(("Year", pyarrow.array(["x" * 65_536] * 1_100))), 413, "unpacked"),
    ],
    ids=["cut", "stuffed", "nested", "long", "wide when unpacked"],
)
async def test_a_parquet_file_that_is_none_or_too_much_is_refused(caller, file, status, said):
    answer = await send(caller, file)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


async def test_a_line_that_is_no_object_is_told_by_its_number(caller):
    wrong = JSON_LINES + "[1]\n" + '{"Year": 2023, "Value": {"a": 1}}\n' + '{"Other": 1}\n'
    refused = await send(caller, wrong)
    assert refused.json()["counts"] == {"json-line": 3}
    assert [found["line"] for found in refused.json()["findings"]] == [4, 5, 6]


@pytest.mark.parametrize(
    ("content", "kind", "status", "problem"),
    [
        (b"{}", "application/json", 415, "unsupported-media-type"),
        (b"PK\x03\x04 no table", "text/csv", 415, "not-tabular"),
        (b"a,b\n" + b"1,2\n" * 200_000, "text/csv", 413, "body-too-large"),
    ],
    ids=["JSON", "a spreadsheet", "too much"],
)
async def test_a_mapping_is_proposed_for_the_beginning_of_a_table_only(
    caller, content: bytes, kind: str, status: int, problem: str
):
    headers = {"Content-Type": kind}
    answer = await caller.post("/v1/mapping-proposals", content=content, headers=headers)
    assert refusal(answer) == (status, problem)
