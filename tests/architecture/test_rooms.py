"""The import rules hold, and each of them bites when it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
BREACHES = [  # the rule, the room where it is broken, the line that breaks it
    ("The house", "infra/settings.py", "import services.measurement.domain"),
    ("The house", "gateway/readers.py", "import services.measurement.domain"),
    ("Services know nothing", "services/agenda/app.py", "import services.measurement.domain"),
    (
        "Inside a service",
        "services/measurement/domain/breach.py",
        "import services.measurement.app",
    ),
    ("Inside a service", "services/agenda/helpers.py", "nothing = None"),
    ("Inside the gateway", "gateway/journal/breach.py", "import gateway.api"),
    ("Inside the gateway", "gateway/helpers.py", "nothing = None"),
    ("Inside infra", "infra/kernel/errors.py", "import infra.eventstore"),
    ("Inside infra", "infra/utils.py", "nothing = None"),
    ("The domain is pure", "services/measurement/domain/breach.py", "import asyncpg"),
    ("The domain is pure", "infra/kernel/errors.py", "import httpx"),
    ("Only infra speaks Kafka", "gateway/app.py", "import kafka"),
    ("Use cases", "services/measurement/application/breach.py", "import fastapi"),
]


def broken_rules(house: Path) -> list[str]:
    program = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=house,
        env={"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in result.stdout, result.stdout + result.stderr
    return [line for line in result.stdout.splitlines() if line.endswith("BROKEN")]


def test_every_import_is_in_its_room() -> None:
    assert broken_rules(HOUSE) == []


@pytest.mark.parametrize(("rule", "room", "breach"), BREACHES)
def test_every_rule_bites(rule: str, room: str, breach: str, tmp_path: Path) -> None:
    house = tmp_path / "house"
    for part in ("services", "gateway", "infra"):
        shutil.copytree(HOUSE / part, house / part)
    shutil.copy(HOUSE / "pyproject.toml", house)
    with (house / room).open("a") as file:
        file.write(f"\n{breach}\n")
    assert any(line.startswith(rule) for line in broken_rules(house))
