"""From one edition of a place scheme to another: which share of each old code lies in which new."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Weight = Annotated[str, StringConstraints(max_length=40, pattern=r"^(0\.[0-9]+|1(\.0+)?)$")]
"""A share as decimal text, every digit as its source publishes it."""


class Edition(BaseModel):
    """Which scheme, in which edition, the shares lead to, and what they are shares of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    edition: str
    weighted_by: str


class Share(BaseModel):
    """How much of a place lies in a place of the other edition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    weight: Weight

    @model_validator(mode="after")
    def _is_a_share(self) -> Share:
        if not Fraction(self.weight):
            raise ValueError(f"nothing of it lies in {self.code}: leave that out")
        return self


def refuse_unshared(code: str, becomes: Sequence[Share] | None) -> None:
    """Pass if all of a place is somewhere, once: exactly, however many digits there are."""
    if not becomes:
        raise ValueError(f"{code} becomes something in a concordance: name it")
    if len({share.code for share in becomes}) < len(becomes):
        raise ValueError(f"{code} names each code that it becomes once")
    whole = sum((Fraction(share.weight) for share in becomes), Fraction())
    if whole != 1:
        raise ValueError(f"the weights of {code} add up to {whole}, not to 1")
