"""A release as binary tables: Parquet for machines, a workbook for people. Pure, and the same
bytes for the same release under one version of the libraries."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow
import xlsxwriter
from pyarrow import parquet

from gateway.feeds.model import Release
from gateway.feeds.tables import NOT_PUBLISHED, Column, columns, defused, provenance, rows

DIGITS = 38
"""Of the widest decimal that every reader of Parquet knows."""
EXACT_DIGITS = 15
"""A workbook keeps no more digits of a number."""
KINDS = {
    "string": pyarrow.string(),
    "integer": pyarrow.int64(),
    "date": pyarrow.date32(),
    "boolean": pyarrow.bool_(),
}


def as_parquet(release: Release) -> bytes:
    """Exact decimals, real dates; text where a number has more digits than a decimal holds."""
    shape = columns(release)
    arrays, fields = [], []
    for column, values in zip(shape, _by_column(release, shape), strict=True):
        array = _array(column, values)
        arrays.append(array)
        told = {"description": column.says}
        fields.append(pyarrow.field(column.name, array.type, metadata=told))
    metadata = {"title": release["title"], "release": release.id, "issued": release.at}
    metadata |= {"content_sha256": release.content_sha256}
    table = pyarrow.table(arrays, schema=pyarrow.schema(fields, metadata=metadata))
    body = io.BytesIO()
    parquet.write_table(table, body, compression="none", store_schema=False)
    return body.getvalue()


def _by_column(release: Release, shape: Sequence[Column]) -> list[list[Any]]:
    made = list(rows(release))
    return [[row[at] for row in made] for at in range(len(shape))]


def _array(column: Column, values: Sequence[Any]) -> Any:
    if column.kind == "date":
        values = [date.fromisoformat(each) for each in values]
    if column.kind != "number":
        return pyarrow.array(values, KINDS[column.kind])
    numbers = [None if each is None else Decimal(each) for each in values]
    scale = max((_places(each) for each in numbers if each is not None), default=0)
    if any(each is not None and abs(each) >= 10 ** (DIGITS - scale) for each in numbers):
        return pyarrow.array(values, pyarrow.string())
    return pyarrow.array(numbers, pyarrow.decimal128(DIGITS, scale))


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def as_xlsx(release: Release) -> bytes:
    """A sheet of figures and a sheet that says where they are from. No formula anywhere."""
    body = io.BytesIO()
    safely = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(body, safely)
    issued = datetime.fromisoformat(release.at).astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": release["title"], "created": issued})
    head = book.add_format({"bold": True, "bottom": 1})
    _figures(book, head, release)
    sheet = book.add_worksheet("Provenance")
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 90)
    said = [*provenance(release), ("np", "not published: the figure is withheld")]
    for at, (name, text) in enumerate(said):
        sheet.write_string(at, 0, defused(name), head)
        sheet.write_string(at, 1, defused(text))
    book.close()
    return body.getvalue()


def _figures(book: Any, head: Any, release: Release) -> None:
    sheet = book.add_worksheet("Figures")
    shape = columns(release)
    styles: dict[int, Any] = {}
    for at, column in enumerate(shape):
        sheet.write_string(0, at, defused(column.name), head)
    for line, (row, cell) in enumerate(zip(rows(release), release.cells, strict=True), start=1):
        for at, (value, column) in enumerate(zip(row, shape, strict=True)):
            if column.name == "value" and cell.withheld:
                sheet.write_string(line, at, NOT_PUBLISHED)
            elif value is not None:
                _write(book, sheet, (line, at), value, column, styles)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(release.cells), len(shape) - 1)


def _write(
    book: Any, sheet: Any, at: tuple[int, int], value: Any, column: Column, styles: dict[int, Any]
) -> None:
    if column.kind == "boolean":
        sheet.write_boolean(*at, value)
    elif column.kind in ("integer", "number") and len(str(value).strip("-.0")) <= EXACT_DIGITS:
        places = _places(Decimal(value))
        if places not in styles:
            styles[places] = book.add_format({"num_format": f"0.{'0' * places}".rstrip(".")})
        sheet.write_number(*at, float(value), styles[places])
    else:
        sheet.write_string(*at, defused(str(value)) if column.kind == "string" else str(value))
