"""Polars: Parquet and CSV say the same numbers, and are the same table."""

import sys

import polars
from truth import FIGURES, STATUS, must, number, releases, same

wanted = [*FIGURES, *STATUS]
for name, cells in releases(sys.argv[1]):
    parquet = polars.read_parquet(f"{name}.parquet")
    table = polars.read_csv(f"{name}.csv", infer_schema=False)
    for read, kind in ((parquet, "parquet"), (table, "csv")):
        rows = read.select(wanted).rows()
        same([(*map(number, row[:3]), *row[3:]) for row in rows], cells, f"{name}.{kind}")
    must(parquet["period_start"].dtype == polars.Date, parquet.schema)
    must(len(parquet.columns) == len(table.columns), "the two have other columns")
