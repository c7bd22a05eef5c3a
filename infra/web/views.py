"""What a caller sees of an aggregate: fields by the names that the aggregate has for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict


class View(BaseModel):
    """Shows what it has a field for. What the aggregate calls otherwise, or has to work out, a view
    says in an `of` of its own."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, shown: Any) -> Self:
        """The view of an aggregate, or of a part of one."""
        return cls.showing(shown)

    @classmethod
    def showing(cls, shown: Any, **otherwise: Any) -> Self:
        """The same; `otherwise`: the fields that are not simply there under their names."""
        told = {name: getattr(shown, name) for name in cls.model_fields if name not in otherwise}
        return cls.model_validate(told | otherwise)


def _values(held: Any) -> Any:
    return list(held.values()) if isinstance(held, Mapping) else held


Part = TypeVar("Part")
Each: TypeAlias = Annotated[list[Part], BeforeValidator(_values)]
"""The parts that an aggregate keeps by their ids."""
