"""Attacks on bundles, each carried out: the verifier catches every one, and no honest bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

import tests.attacks.forgers
import tests.attacks.insiders
import tests.attacks.outsiders  # noqa: F401 (each names its attacks)
from gateway.verifier import verify
from tests.attacks.attack import ATTACKS
from tests.bundles import checkpoint_note, judged, pack, policy
from tests.feeding import scenario


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_caught(name: str, tmp_path: Path) -> None:
    attempt = ATTACKS[name]()
    table = judged(
        tmp_path,
        attempt.body,
        key=attempt.key,
        previous=attempt.previous,
        witnessed=attempt.witnessed,
    )
    failed = [claim for claim, verdict, _ in table.rows if verdict == verify.FAILS]
    assert table.code == 1
    assert any(claim.startswith(attempt.claim) for claim in failed), str(table)


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize("number", [1, 2])
def test_an_honest_bundle_passes(number: int, tmp_path: Path) -> None:
    log = scenario()
    table = judged(tmp_path, pack(log, number), previous=pack(log), witnessed=policy())
    assert table.code == 0, str(table)
    told = [claim for claim, verdict, _ in table.rows if verdict == verify.UNKNOWN]
    assert told == [
        "What the lines say that you may not read",
        "The Parquet file says the same figures",
        "Figures whose lines you may not read",
    ]


def test_what_was_not_given_cannot_be_told(tmp_path: Path) -> None:
    rows = {claim: verdict for claim, verdict, _ in judged(tmp_path, pack(scenario())).rows}
    assert rows["Witnesses saw the same log"] == verify.UNKNOWN
    assert rows["The log was only added to since what you had before"] == verify.UNKNOWN


def test_a_log_that_only_grew_passes_against_what_was_had_before(tmp_path: Path) -> None:
    whole = scenario()
    older = scenario()
    older.lines = whole.lines[:20]
    before = checkpoint_note(older)
    assert judged(tmp_path, pack(whole, 2), previous=before).code == 0


def test_the_same_release_is_the_same_bytes() -> None:
    log = scenario()
    assert pack(log) == pack(log)
