"""The README's first five minutes, as a newcomer types them, against a house that stands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.e2e.standing import ROOT, Standing

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> list[str]:
    """What is typed after the house stands."""
    readme = (ROOT / "README.md").read_text("utf-8")
    return BLOCK.findall(readme.partition("## Your first five minutes")[2])


def typed(standing: Standing, folder: Path) -> str:
    """All of it as one script, which ends at the first command that fails."""
    said = "\n".join(blocks())
    said = re.sub(r"^.*commonweal import .*--initiative.*$", "", said, flags=re.MULTILINE)
    said = said.replace("http://127.0.0.1:8080", standing.house.url)
    said = said.replace(".venv/bin/", f"{ROOT}/.venv/bin/").replace("curl -sS", "curl -fsS")
    return f"set -euo pipefail\ncd {folder}\n{said}"


def test_the_first_five_minutes_go_as_the_readme_says(standing: Standing, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests/data/offices/abs-wide-quotes.csv", tmp_path / "figures.csv")
    done = subprocess.run(
        ["bash", "-c", typed(standing, tmp_path)],
        env={**os.environ, "COMMONWEAL_DATA": str(standing.data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The outcome “Re-engaged” was defined" in done.stdout
    assert '"61.3"' in done.stdout
    assert '"57.1"' in done.stdout
    assert "this one replaces" in done.stdout
    assert " X " not in done.stdout
    assert json.loads((tmp_path / "mapping.json").read_text("utf-8"))["value"]
    history = (tmp_path / "history.jsonl").read_text("utf-8").splitlines()
    assert sum("agenda.outcome-defined" in line for line in history) >= 2
