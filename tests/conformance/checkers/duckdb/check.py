"""DuckDB: Parquet with exact decimals and real dates, and the CSV, say the same numbers."""

import sys

import duckdb
from truth import FIGURES, STATUS, must, number, releases, same

wanted = ", ".join((*FIGURES, *STATUS))
for name, cells in releases(sys.argv[1]):
    rows = duckdb.sql(f"SELECT {wanted} FROM read_parquet('{name}.parquet')").fetchall()
    same([(*map(number, row[:3]), *row[3:]) for row in rows], cells, f"{name}.parquet")
    kinds = dict(
        duckdb.sql(
            f"SELECT column_name, column_type FROM (DESCRIBE FROM '{name}.parquet')"
        ).fetchall()
    )
    must(kinds["period_start"] == "DATE" and kinds["value"].startswith("DECIMAL"), kinds)
    texts = "{" + ", ".join(f"'{each}': 'VARCHAR'" for each in FIGURES) + "}"
    rows = duckdb.sql(f"SELECT {wanted} FROM read_csv('{name}.csv', types = {texts})").fetchall()
    same([(*map(number, row[:3]), *row[3:]) for row in rows], cells, f"{name}.csv")
