"""Attacks on bundles, each carried out: the verifier catches every one, and no honest bundle."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import tests.attacks.forgers
import tests.attacks.insiders
import tests.attacks.outsiders
import tests.attacks.solvers
import tests.attacks.successors
import tests.attacks.vandals  # noqa: F401 (each names its attacks)
from gateway.verifier import verify
from tests.attacks.attack import ATTACKS
from tests.attacks.forgers import released
from tests.bundles import (
    SIGNER,
    STRANGER,
    SUCCESSOR,
    WITNESS,
    asking,
    checkpoint_note,
    handover,
    judged,
    pack,
    sealed_by,
)
from tests.feeding import free, place, scenario


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_caught(name: str, tmp_path: Path) -> None:
    attempt = ATTACKS[name]()
    table = judged(
        tmp_path,
        attempt.body,
        key=attempt.key,
        previous=attempt.previous,
        policy=attempt.policy,
    )
    failed = [claim for claim, verdict, _ in table.rows if verdict == verify.FAILS]
    assert table.code == 1
    assert any(claim.startswith(attempt.claim) for claim in failed), str(table)


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 100


def test_no_byte_of_the_file_is_free(tmp_path: Path) -> None:
    """One bit flipped: anywhere in the seal and its length, and here and there in front of it."""
    body = pack(scenario())
    path = tmp_path / "bundle.zip"

    def sealed(body: bytes) -> bool:
        path.write_bytes(body)
        case = SimpleNamespace(path=path, agreed=verify.Key(str(SIGNER.key)))
        return verify.tried(verify.seal, case)[0] == verify.HOLDS

    assert sealed(body)
    end = len(body) - len(sealed_by(body)) - 100
    for at in [*range(0, end, 41), *range(end, len(body))]:
        assert not sealed(body[:at] + bytes([body[at] ^ 1 << at % 8]) + body[at + 1 :]), (
            f"byte {at}"
        )


def test_a_bundle_made_to_hurt_takes_little_memory(tmp_path: Path) -> None:
    """All of them, one after another, in a process that may take 400 MiB."""
    paths = []
    for name in ATTACKS:
        if ATTACKS[name].__module__ == "tests.attacks.vandals":
            paths.append(tmp_path / f"{len(paths)}.zip")
            paths[-1].write_bytes(ATTACKS[name]().body)
    assert len(paths) >= 18
    within = "import resource, sys; from gateway.verifier import verify\n"
    within += "resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\n"
    within += "codes = [verify.main([path, '--key', sys.argv[1]]) for path in sys.argv[2:]]\n"
    within += "sys.exit(0 if set(codes) == {1} else 1)\n"
    done = subprocess.run([sys.executable, "-c", within, str(SIGNER.key), *paths], check=False)
    assert done.returncode == 0


def test_sums_without_an_end_are_given_up() -> None:
    """Each of two figures is to be larger than the other: narrowing them never comes to an end."""
    known = verify.Known()
    known.steps //= 100  # of what a bundle gets
    known.at_most("a", "b", -1)
    known.at_most("b", "a", -1)
    with pytest.raises(verify.Verdict, match="too many"):
        known.narrowed(dict.fromkeys("ab", (0, 10**12)), {0, 1})


@pytest.mark.parametrize("least", ["any", "1"])
def test_one_of_two_witnesses_is_enough_where_the_policy_says_so(
    least: str, tmp_path: Path
) -> None:
    other = replace(WITNESS, name="example.org/another-witness")
    table = judged(tmp_path, pack(scenario()), policy=asking(other, WITNESS, least=least))
    said = [why for claim, _, why in table.rows if claim == "Witnesses saw the same log"]
    assert said == ["w1, those"]


@pytest.mark.parametrize("number", [1, 2])
def test_an_honest_bundle_passes(number: int, tmp_path: Path) -> None:
    log = scenario()
    table = judged(tmp_path, pack(log, number), previous=pack(log), policy=asking(WITNESS))
    assert table.code == 0, str(table)
    told = [claim for claim, verdict, _ in table.rows if verdict == verify.UNKNOWN]
    assert told == ["What this script has no sight of"]
    (why,) = [why for claim, _, why in table.rows if claim in told]
    assert all(f"{what} " in why for what in ("lines", "figures", "Parquet")), why


@pytest.mark.parametrize(
    "strata",
    [
        [{"age": "15-19", "sex": "F"}, {"sex": "M"}, {}],
        [{"flag": "x", "value": "y", "Indicator": "Köln & Co"}],
        [{"sex": "F", "Sex": "M"}],
        [{"=1+1": "=2", "-x": "@y"}],
        [{"a": "x_2"}, {"a": "x"}, {"a": "x.2"}],
    ],
)
@pytest.mark.parametrize("code", ["20803", "=A1", "K öln/1", "tab\tcr\rnl\nvt\x0b_x0041_"])
def test_an_honest_bundle_of_odd_names_passes(
    strata: list[dict[str, str]], code: str, tmp_path: Path
) -> None:
    def cells(_: list[int]) -> list[dict[str, Any]]:
        where = place(code, f"+{code}")
        return [free(where, 10, 16, [], dimensions=dimensions) for dimensions in strata]

    table = judged(tmp_path, pack(released(cells)))
    assert table.code == 0, str(table)


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


def test_who_agreed_to_the_old_key_goes_on_with_the_new_one(tmp_path: Path) -> None:
    log, old = scenario(), scenario()
    old.lines = log.lines[:20]
    after = pack(log, 2, signer=SUCCESSOR, handovers=handover(log, 25))
    for key in (SIGNER, SUCCESSOR):
        table = judged(tmp_path, after, key=key, previous=checkpoint_note(old))
        assert table.code == 0, str(table)
    assert "to which yours was handed over" in str(judged(tmp_path, after, key=SIGNER))


def test_while_both_keys_sign_either_is_enough(tmp_path: Path) -> None:
    log = scenario()
    both = pack(log, 2, beside=[SUCCESSOR], handovers=handover(log, 20))
    for key in (SIGNER, SUCCESSOR):
        table = judged(tmp_path, both, key=key)
        assert table.code == 0, str(table)
    assert "handed over" not in str(judged(tmp_path, both, key=SIGNER))


def test_a_key_is_handed_on_more_than_once(tmp_path: Path) -> None:
    log = scenario()
    both = f"{handover(log, 20)}\n{handover(log, 25, SUCCESSOR, STRANGER)}"
    after = pack(log, 2, signer=STRANGER, handovers=both)
    for key in (SIGNER, SUCCESSOR, STRANGER):
        assert judged(tmp_path, after, key=key).code == 0


def test_the_same_release_is_the_same_bytes() -> None:
    log = scenario()
    assert pack(log) == pack(log)
