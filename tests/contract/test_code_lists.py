"""A code list that agenda serves and another service keeps to says the same in both."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from services.activities.domain.reinforcement import Kind
from services.agenda.domain import code_lists
from services.measurement.domain.reopening import EXCEPTIONAL

DOMAIN = Path(__file__).parents[2] / "docs" / "domain.md"


def test_the_kinds_of_reinforcement_are_those_of_the_list() -> None:
    assert code_lists()["reinforcement-kinds"].names() == get_args(Kind)


def test_a_round_is_reopened_for_reasons_of_the_list_which_the_domain_page_names() -> None:
    assert set(EXCEPTIONAL) < set(code_lists()["reason-codes"].names())
    named = ", ".join(f"`{code}`" for code in EXCEPTIONAL)
    assert f"(of the list `reason-codes`: {named})" in DOMAIN.read_text("utf-8")
