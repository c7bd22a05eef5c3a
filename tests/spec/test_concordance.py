"""A concordance says where all of each old place lies, in exact shares, or it is no list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from pydantic import ValidationError

from services.agenda.domain.code_lists import CodeList, code_lists

FOLDER = Path(__file__).parents[1] / "data" / "code_lists"
NAME = "concordance-invented-1-to-2"


def said() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((FOLDER / f"{NAME}.v1.json").read_text("utf-8"))
    return whole


def test_a_concordance_is_read_and_shown_as_its_source_has_it() -> None:
    read = code_lists(FOLDER)[NAME]
    assert read.to
    assert (read.edition, read.to.edition) == ("1", "2")
    assert read.model_dump(exclude_none=True, mode="json") == said()


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"becomes": [{"code": "N", "weight": "0.9999999"}]}, "add up to 9999999/10000000"),
        ({"becomes": [{"code": "N", "weight": "1"}, {"code": "S", "weight": "0.1"}]}, "11/10"),
        ({"becomes": [{"code": "N", "weight": "0.5"}] * 2}, "once"),
        ({"becomes": [{"code": "N", "weight": "1"}, {"code": "S", "weight": "0.0"}]}, "leave that"),
        ({"becomes": [{"code": "N", "weight": 1}]}, "valid string"),
        ({"becomes": [{"code": "N", "weight": "1e0"}]}, "pattern"),
        ({"becomes": []}, "name it"),
        ({"becomes": None}, "name it"),
        ({"code": "south"}, "each code once"),
    ],
)
def test_a_place_that_is_not_wholly_somewhere_makes_no_list(
    spoilt: dict[str, Any], why: str
) -> None:
    whole = said()
    whole["codes"][0] |= spoilt
    with pytest.raises(ValidationError, match=why):
        CodeList.model_validate(whole)


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"to": None}, "say in `to`"),
        ({"edition": None}, "leads from"),
        ({"edition": "2"}, "another edition"),
    ],
)
def test_it_leads_from_one_edition_to_another(spoilt: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        CodeList.model_validate(said() | spoilt)


@settings(max_examples=50, deadline=None)
@given(some.lists(some.integers(1, 10**6), min_size=2, max_size=12), some.integers(-1, 1))
def test_shares_are_held_to_1_exactly(given_: list[int], off: int) -> None:
    last = 10**8 - sum(given_) + off
    shares = [
        {"code": str(number), "weight": f"0.{share:08}"}
        for number, share in enumerate([*given_, last])
    ]
    whole = said()
    whole["codes"][0] |= {"becomes": shares}
    if off:
        with pytest.raises(ValidationError):
            CodeList.model_validate(whole)
    else:
        assert CodeList.model_validate(whole).codes[0].becomes
