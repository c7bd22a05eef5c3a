"""Parquet to CSV, from standard input to standard output: `python -m` in a process of its own.

Whoever wrote the file may have meant harm: memory, time and the size of what comes out are bounded
before the first byte is read, and a crash is nobody's but this child's.
"""

from __future__ import annotations

import csv
import io
import resource
import sys
from typing import Any

MOST_ROWS = 100_000
MOST_BYTES = 64 * 1024 * 1024
MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 60
MOST_COLUMNS = 1_000
BATCH = 4_096
TOO_MANY_ROWS, TOO_MANY_BYTES = 3, 4
REFUSALS = {TOO_MANY_ROWS: f"{MOST_ROWS:,} rows", TOO_MANY_BYTES: "64 MiB once it is unpacked"}
"""Exit codes that say why; any other one says that it could not be read."""


def confine() -> None:
    for what, most in (
        (resource.RLIMIT_DATA, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def convert(given: Any, told: io.TextIOBase) -> int:
    """0, or why not."""
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(given)
    if file.metadata.num_rows > MOST_ROWS or file.metadata.num_columns > MOST_COLUMNS:
        return TOO_MANY_ROWS
    rows = csv.writer(told)
    rows.writerow(file.schema_arrow.names)
    written = 0
    for batch in file.iter_batches(batch_size=BATCH):
        for row in zip(*map(_texts, batch.columns), strict=True):
            rows.writerow(row)
            written += sum(map(len, row))
            if written > MOST_BYTES:
                return TOO_MANY_BYTES
    return 0


def _texts(column: Any) -> list[str]:
    """Each value as the shortest text that means it; a missing one is empty."""
    import pyarrow as pa
    import pyarrow.compute

    texts = pa.compute.cast(column, pa.string()).to_pylist()
    return [text or "" for text in texts]


if __name__ == "__main__":
    confine()
    output = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    code = convert(sys.stdin.buffer, output)
    output.flush()
    sys.exit(code)
