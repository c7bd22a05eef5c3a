"""Each foreign checker that the docs name exists, is pinned, and is in no lock file of ours."""

from __future__ import annotations

import json
import re

import pytest

from tests.architecture.test_docs import text
from tests.conformance.environments import HERE, KINDS
from tests.conformance.roster import CHECKERS, Checker

CHECKS = {"requirements.txt": "check.py", "package.json": "check.mjs", "go.mod": "main.go"}


def test_the_docs_name_each_checker() -> None:
    told = re.findall(r"^\| `([\w-]+)` \|", text("docs/conformance.md"), re.MULTILINE)
    assert told == [checker.name for checker in CHECKERS]
    folders = {path.name for path in HERE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {*told}


@pytest.mark.parametrize("name", [checker.name for checker in CHECKERS])
def test_each_checker_is_pinned_with_all_that_it_needs(name: str) -> None:
    (mark,) = [each for each in KINDS if (HERE / name / each).exists()]
    assert (HERE / name / CHECKS[mark]).exists()
    if mark == "requirements.txt":
        lines = (HERE / name / mark).read_text("utf-8").splitlines()
        named = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert all("==" in line for line in named)
        assert sum("--hash=" in line for line in lines) >= len(named)
    elif mark == "package.json":
        locked = json.loads((HERE / name / "package-lock.json").read_text("utf-8"))["packages"]
        assert all(one.get("integrity") for path, one in locked.items() if path)
    else:
        assert (HERE / name / "go.sum").exists()


@pytest.mark.parametrize("checker", CHECKERS, ids=[checker.name for checker in CHECKERS])
def test_each_checker_must_refuse_something(checker: Checker) -> None:
    assert checker.refuses
