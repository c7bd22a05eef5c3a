"""What `make conformance HOUSE=…` hands to other people's code, before any of that is asked."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from gateway.demonstration.cast import DEPARTMENT
from tests.conformance import house, material
from tests.e2e.standing import Standing


def test_a_houses_files_lie_where_they_name_one_another(standing: Standing, tmp_path: Path) -> None:
    """Also where its feed bears the name of the feed that is made for the checkers."""
    token = standing.house.token(person="p-1", roles=["evaluator"], organisation=DEPARTMENT.id)
    material.write(tmp_path)
    made = set(tmp_path.rglob("*.datapackage.json"))
    house.read(standing.house.url, token, tmp_path)
    read = set(tmp_path.rglob("*.datapackage.json")) - made
    assert {path.name for path in read} == {f"bgk-department-{n}.datapackage.json" for n in (1, 2)}
    for package in made | read:
        for one in json.loads(package.read_bytes())["resources"]:
            body = (package.parent / one["path"]).read_bytes()
            assert one["hash"] == f"sha256:{sha256(body).hexdigest()}", package
