"""A code list that agenda serves and another service keeps to says the same in both."""

from __future__ import annotations

from typing import get_args

from services.activities.domain.reinforcement import Kind
from services.agenda.domain import code_lists


def test_the_kinds_of_reinforcement_are_those_of_the_list() -> None:
    assert code_lists()["reinforcement-kinds"].names() == get_args(Kind)
