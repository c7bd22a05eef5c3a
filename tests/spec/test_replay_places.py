"""How far a replay has come, as its blocks of lines tell it."""

from __future__ import annotations

import pytest

from gateway.replay.client import last_places, whole_lines
from tests.lines import History

SUBJECT = "initiative/01a20b80-6aac-73ad-9ad5-2fd8623f9bca"


def lines(*facts: str) -> list[bytes]:
    told = History()
    return [told.tell(fact, SUBJECT, {"name": "x"}).text.encode() for fact in facts]


A, M = "agenda.initiative-registered", "measurement.framework-opened"


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize(
    ("facts", "places"),
    [
        ([A], {"agenda": 1}),
        ([A, A, A], {"agenda": 3}),
        ([A, A, M], {"agenda": 2, "measurement": 1}),
        ([M, A, M, A, A], {"measurement": 2, "agenda": 3}),
    ],
)
def test_a_block_tells_the_last_place_of_each_source(
    facts: list[str], places: dict[str, int], merged: bool
) -> None:
    block = b"".join(line + b"\n" for line in lines(*facts))
    assert dict(last_places(block, merged=merged)) == places


def test_of_merged_sources_those_between_two_of_one_are_seen() -> None:
    block = b"".join(line + b"\n" for line in lines(A, M, A))
    assert dict(last_places(block, merged=True)) == {"agenda": 2, "measurement": 1}


def test_what_was_torn_off_is_never_given() -> None:
    whole = b"".join(line + b"\n" for line in lines(A, A, M))
    for size in (1, 7, 100, len(whole)):
        chunks = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert b"".join(whole_lines(iter([*chunks, b"{torn"]))) == whole
        assert all(block.endswith(b"\n") for block in whole_lines(iter(chunks)))
