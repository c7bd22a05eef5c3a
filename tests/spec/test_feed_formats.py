"""Every format of a release says the same, is the same bytes again, and runs nowhere."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from pyarrow import parquet

from gateway.feeds import formats
from gateway.feeds.model import Release
from gateway.feeds.tables import RUN, defused
from tests.bundles import all_releases
from tests.feeding import scenario
from tests.oddities import LONG, PLAIN, RUNS, odd_release

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Row = tuple[Decimal | None, ...]
Table = list[tuple[Row, tuple[str, str]]]


def number(value: Any) -> Decimal | None:
    return None if value in (None, "", "np", "missing") else Decimal(str(value))


def said(rows: list[dict[str, Any]], names: tuple[str, ...]) -> Table:
    """Three figures and two statuses a row, under the names that a format has for them."""
    return [
        (tuple(number(row.get(name)) for name in names[:3]), (row[names[3]], row[names[4]]))
        for row in rows
    ]


PLAINLY = ("value", "numerator", "denominator", "obs_status", "conf_status")
SDMX = ("OBS_VALUE", "NUMERATOR", "DENOMINATOR", "OBS_STATUS", "CONF_STATUS")


def exact(body: bytes) -> Table:
    return said([json.loads(line) for line in body.decode().split("\n")[:-1]], PLAINLY)


def from_csv(body: bytes, names: tuple[str, ...] = PLAINLY) -> Table:
    return said(list(csv.DictReader(io.StringIO(body.decode(), newline=""))), names)


def from_parquet(body: bytes) -> Table:
    return said(parquet.read_table(io.BytesIO(body)).to_pylist(), PLAINLY)


def from_xlsx(body: bytes) -> Table:
    head, *lines = sheet(body)
    return said([{name: line.get(at) for at, name in head.items()} for line in lines], PLAINLY)


def sheet(body: bytes) -> list[dict[str, str | None]]:
    """The first sheet's rows by column letter."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")
        texts = ["".join(part.text or "" for part in one.iter(f"{SHEET}t")) for one in shared]
        tree = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = []
    for line in tree.iter(f"{SHEET}row"):
        cells = {}
        for one in line.iter(f"{SHEET}c"):
            value = one.findtext(f"{SHEET}v")
            text = texts[int(value)] if value is not None and one.get("t") == "s" else value
            cells["".join(filter(str.isalpha, one.get("r", "")))] = text
        found.append(cells)
    return found


READERS: dict[str, Callable[[bytes], Table]] = {
    "csv": from_csv,
    "sdmx.csv": lambda body: from_csv(body, SDMX),
    "parquet": from_parquet,
    "xlsx": from_xlsx,
}
RELEASES = [*all_releases(scenario()), odd_release()]


@pytest.fixture(params=RELEASES, ids=["with withheld cells", "the total only", "odd throughout"])
def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


def made(release: Release, suffix: str) -> bytes:
    return formats.made(release)[f"{release.name}.{suffix}"]


@pytest.mark.parametrize("suffix", READERS)
def test_a_format_says_what_the_exact_cells_say(release: Release, suffix: str) -> None:
    wanted = exact(made(release, "jsonl"))
    assert len(wanted) == len(release.cells)
    assert READERS[suffix](made(release, suffix)) == wanted


def test_linked_data_say_the_same_values(release: Release) -> None:
    graph = json.loads(made(release, "cids.jsonld"))["@graph"]
    told = [
        number(node["value"]["hasNumericalValue"])
        for node in graph
        if node["@type"] == "cids:IndicatorReport"
    ]
    assert told == [row[0] for row, _ in exact(made(release, "jsonl"))]


def test_every_format_is_the_same_bytes_again(release: Release) -> None:
    assert formats.made(release) == formats.made(release)


def test_a_data_package_names_each_file_by_its_size_and_hash(release: Release) -> None:
    files = formats.made(release)
    told = json.loads(made(release, "datapackage.json"))["resources"]
    assert {one["path"] for one in told} == {
        name for name in files if not name.endswith("datapackage.json")
    }
    for one in told:
        body = files[one["path"]]
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        assert (one["bytes"], one["hash"]) == (len(body), digest)


def test_no_digit_is_lost_where_a_format_can_keep_it() -> None:
    odd = odd_release()
    for suffix in ("csv", "sdmx.csv", "cids.jsonld"):
        assert LONG in made(odd, suffix).decode()
    values = parquet.read_table(io.BytesIO(made(odd, "parquet")))["value"].to_pylist()
    assert Decimal(LONG) in values
    assert LONG in {cell for line in sheet(made(odd, "xlsx")) for cell in line.values()}


@pytest.mark.parametrize("text", RUNS)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert RUN.match(text)
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", [*PLAIN, "", "a=b", "3-4", "x@y", "'tis"])
def test_what_no_spreadsheet_runs_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


def test_no_text_of_a_csv_or_a_workbook_runs() -> None:
    odd = odd_release()
    numbers = {"value", "numerator", "denominator", "definition_version"}
    rows = list(csv.DictReader(io.StringIO(made(odd, "csv").decode(), newline="")))
    texts = [text for row in rows for name, text in row.items() if name not in numbers]
    labels = {row["place_label"] for row in rows}
    head, *lines = sheet(made(odd, "xlsx"))
    words = {at for at, name in head.items() if name not in numbers}
    shown = [text or "" for line in lines for at, text in line.items() if at in words]
    wanted = {f"'{text}" for text in RUNS}
    assert wanted <= labels
    assert {text.replace("\r", "_x000D_") for text in wanted} <= set(shown)  # as workbooks spell it
    assert [text for text in (*texts, *shown) if RUN.match(text) and not text.startswith("'")] == []


def test_a_workbook_holds_no_formula_and_its_numbers_are_numbers(release: Release) -> None:
    with zipfile.ZipFile(io.BytesIO(made(release, "xlsx"))) as book:
        parts = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
        trees = [ElementTree.fromstring(part) for part in parts]
        figures = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not [tree for tree in trees for _ in tree.iter(f"{SHEET}f")]
    assert not [part for part in parts if "hyperlink" in part]
    letters = {at for at, name in sheet(made(release, "xlsx"))[0].items() if name in PLAINLY[:3]}
    kinds = {
        one.get("t", "n")
        for line in list(figures.iter(f"{SHEET}row"))[1:]
        for one in line.iter(f"{SHEET}c")
        if "".join(filter(str.isalpha, one.get("r", ""))) in letters
        and one.find(f"{SHEET}v") is not None
    }
    assert kinds <= {"n", "s"}
    assert "n" in kinds
