"""A log whose every hash and signature is right, and whose releases give small numbers away."""

from __future__ import annotations

from typing import Any

from tests.attacks.attack import SMALL, Attempt, attack
from tests.attacks.forgers import Cells, again, released
from tests.bundles import pack
from tests.feeding import BAYSIDE, GLEN_EIRA, KINGSTON, WHOLE, cell, free, withheld


def people(
    where: dict[str, str], count: int | None, code: str = "F", **said: Any
) -> dict[str, Any]:
    """A count, which has no numerator and no denominator."""
    value = None if count is None else str(count)
    return cell(where, unit="persons", value=value, conf_status=code, **said)


@attack("a small count that is no rate is shown")
def _() -> Attempt:
    def wrong(_: list[int]) -> Cells:
        return [people(BAYSIDE, 3), people(GLEN_EIRA, 6)]

    return Attempt(pack(released(wrong)), SMALL)


@attack("a withheld count that is no rate is the total less all the others")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        parts = [people(BAYSIDE, None, "N"), people(GLEN_EIRA, 6), people(KINGSTON, 10)]
        return [*parts, people(WHOLE, 19, inputs=inputs, computed=True)]

    return Attempt(pack(released(wrong)), SMALL)


@attack("what is withheld for the sake of another is large, which leaves that one two values")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        parts = [withheld(BAYSIDE, "N", 5), withheld(GLEN_EIRA, "D", 10)]
        return [*parts, free(KINGSTON, 10, 16, []), free(WHOLE, 16, 31, inputs, computed=True)]

    return Attempt(pack(released(wrong)), SMALL)


@attack("so many were taken out elsewhere that one value is left where they were not")
def _() -> Attempt:
    """Five, ten and sixteen before, three fewer now: of which one each in two shown places, and
    fewer than five, for it is withheld, in the third. The total is not spoken of."""

    def wrong(_: list[int]) -> Cells:
        return [withheld(BAYSIDE, "N", None), free(GLEN_EIRA, 5, 9, []), free(KINGSTON, 9, 15, [])]

    return Attempt(pack(again(wrong), 2), SMALL)
