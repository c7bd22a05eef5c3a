"""Whose code reads what, and what each must refuse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.conformance import damage
from tests.conformance.damage import Damage


class Checker(NamedTuple):
    """Somebody else's code, what of the house's it reads, and what it must refuse."""

    name: str
    reads: str
    refuses: Sequence[Damage]


CHECKERS = (
    Checker("go-sumdb", "checkpoint, tiles, lines, proofs", (*damage.LOG, damage.WITHOUT_WITNESS)),
    Checker("aics-tlog", "checkpoint, tiles, lines, proofs", (*damage.LOG, damage.WITHOUT_WITNESS)),
    Checker("sigstore", "checkpoint, tlog-proofs", damage.PROOFS),
    Checker("merkle", "transparency-dev's vectors", damage.VECTORS),
    Checker("rfc8785", "lines, exact cells", damage.CANONICAL),
    Checker("canonicalize", "lines, exact cells", damage.CANONICAL),
    Checker("pysdmx", "SDMX-ML 2.1, SDMX-CSV 2.0", damage.SDMX_CODES),
    Checker("sdmx1", "SDMX-ML 2.1, SDMX-CSV 2.0", damage.SDMX),
    Checker("frictionless", "Data Package v2: CSV, XLSX", damage.PACKAGE),
    Checker("csvw", "CSV by its CSVW", damage.CSVW),
    Checker("duckdb", "Parquet, CSV", damage.TABLES),
    Checker("polars", "Parquet, CSV", damage.TABLES),
    Checker("openpyxl", "XLSX", damage.WORKBOOK),
    Checker("feedparser", "Atom, RFC 5005", damage.FEED),
    Checker("pyshacl", "CIDS as JSON-LD", damage.LINKED),
)
