"""frictionless: the Data Package is valid, each file has its size and hash, each row its types."""

import sys
from hashlib import sha256
from pathlib import Path

from frictionless import Checklist, Package
from truth import FIGURES, STATUS, must, number, releases, same

COUNTED = Checklist()
UNCOUNTED = Checklist(skip_errors=["byte-count", "hash-count"])  # of Parquet it counts no bytes

for name, cells in releases(sys.argv[1]):
    package = Package(f"{name}.datapackage.json")
    for one in package.resources:
        report = one.validate(UNCOUNTED if one.path.endswith(".parquet") else COUNTED)
        must(report.valid, report.flatten(["title", "message"]))
        body = (Path(name).parent / one.path).read_bytes()
        stated = one.bytes, one.hash
        must(stated == (len(body), f"sha256:{sha256(body).hexdigest()}"), f"{one.path}: {stated}")
    tables = [one for one in package.resources if one.type == "table" and one.schema.primary_key]
    must({one.format for one in tables} >= {"csv"}, f"{name}: no table is described")
    for table in tables:
        rows = [row.to_dict() for row in table.read_rows()]
        told = [
            (*(number(row[each]) for each in FIGURES), *(row[each] for each in STATUS))
            for row in rows
        ]
        same(told, cells, f"{table.path} of {len(package.resources)} files")
