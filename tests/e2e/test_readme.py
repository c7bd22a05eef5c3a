"""The README's first five minutes and the page on importing, as a newcomer types them, against a
house that stands."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from tests.e2e.standing import ROOT, Standing


def fences(page: str, language: str, after: str = "\n") -> list[str]:
    """The blocks of a page in this language, behind a heading."""
    text = (ROOT / page).read_text("utf-8").partition(after)[2]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


README = fences("README.md", "sh", after="## Your first five minutes")
"""What is typed after the house stands."""


def typed(standing: Standing, folder: Path, blocks: list[str]) -> str:
    """All of it as one script, which ends at the first command that fails; gives what it said.

    What another service has not heard of yet is asked again, as the answer says.
    """
    said = "\n".join(blocks)
    said = said.replace("http://127.0.0.1:8080", standing.house.url)
    said = said.replace(".venv/bin/", "").replace(
        "gateway/demonstration", f"{ROOT}/gateway/demonstration"
    )
    said = said.replace("curl -sS", "curl -fsS --retry 9 --retry-delay 1 --retry-all-errors")
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\ncd {folder}\n{said}"],
        env={
            **os.environ,
            "COMMONWEAL_DATA": str(standing.data),
            "PATH": f"{ROOT}/.venv/bin:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_first_five_minutes_go_as_the_readme_says(standing: Standing, tmp_path: Path) -> None:
    said = typed(standing, tmp_path, README)
    assert "The outcome “Re-engaged” was defined" in said
    assert '"61.3"' in said
    assert '"57.1"' in said
    assert "this one replaces" in said
    assert " X " not in said
    assert json.loads((tmp_path / "mapping.json").read_text("utf-8"))["value"]
    history = (tmp_path / "history.jsonl").read_text("utf-8").splitlines()
    assert sum("agenda.outcome-defined" in line for line in history) >= 2


def test_figures_go_in_as_the_page_on_importing_says(standing: Standing, tmp_path: Path) -> None:
    page = "docs/import.md"
    (tmp_path / "figures.csv").write_text(fences(page, "csv")[0], "utf-8")
    (tmp_path / "mapping.json").write_text(fences(page, "json")[0], "utf-8")
    said = typed(standing, tmp_path, [*README[:2], *fences(page, "sh")])
    assert said.count('"outcome": "accepted"') == 1
    assert '"value":"6.5"' in said
