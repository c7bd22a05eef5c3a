"""The history as one Parquet file: for pandas, DuckDB, R, and whoever reads columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 20_000
"""In a group of rows, which is what is held in memory."""
INSTANT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("source", pa.dictionary(pa.int8(), pa.string())),
        ("sequence", pa.int64()),
        ("recordedtime", INSTANT),
        ("time", INSTANT),
        ("type", pa.dictionary(pa.int16(), pa.string())),
        ("initiative", pa.string()),
        ("subject", pa.string()),
        ("streamversion", pa.int64()),
        ("actor", pa.string()),
        ("role", pa.dictionary(pa.int16(), pa.string())),
        ("organisation", pa.string()),
        ("data", pa.string()),
        ("line", pa.string()),
    ]
)
"""`data` is what the fact says, as JSON; `line` is the line itself, byte for byte."""


def write(path: Path, blocks: Iterable[bytes]) -> None:
    """Write whole lines into a file that stands under its name only once it is complete."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with pq.ParquetWriter(unfinished, SCHEMA, compression="zstd") as file:
        for rows in _groups(blocks):
            file.write_table(_table(rows))
    os.replace(unfinished, path)


def _groups(blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
    rows: list[bytes] = []
    for block in blocks:
        rows += block.splitlines()
        while len(rows) >= ROWS:
            yield rows[:ROWS]
            del rows[:ROWS]
    if rows:
        yield rows


def _table(rows: list[bytes]) -> Any:
    lines = [orjson.loads(row) for row in rows]
    said = [line["data"]["provenance"] for line in lines]
    columns = {
        "source": [line["source"].removeprefix("/") for line in lines],
        "sequence": [int(line["sequence"]) for line in lines],
        "recordedtime": _instants(lines, "recordedtime"),
        "time": _instants(lines, "time"),
        "type": [line["type"] for line in lines],
        "initiative": [line["partitionkey"] for line in lines],
        "subject": [line["subject"] for line in lines],
        "streamversion": [line["streamversion"] for line in lines],
        **{name: [each[name] for each in said] for name in ("actor", "role", "organisation")},
        "data": [orjson.dumps(line["data"]).decode() for line in lines],
        "line": [row.decode() for row in rows],
    }
    return pa.table(columns, schema=SCHEMA)


def _instants(lines: list[Any], name: str) -> Any:
    return pa.array([line[name] for line in lines]).cast(INSTANT)
