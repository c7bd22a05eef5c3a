"""The values that several aggregates of the agenda are made of."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from infra.kernel import Claim, Day, Text, Title
from infra.kernel.line import canonical
from infra.kernel.provenance import Code, Digest, Reference

Vector = Annotated[
    str,
    StringConstraints(
        max_length=120,
        pattern=r"^(agenda|measurement|activities):[0-9]{1,18}"
        r"(,(agenda|measurement|activities):[0-9]{1,18}){0,2}$",
    ),
    Field(examples=["agenda:214,measurement:873,activities:96"]),
]
"""How far each service's log was known: `agenda:214,measurement:873,activities:96`."""


class Value(BaseModel):
    """Frozen and closed, as every part of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Value):
    """An area by its code in a public scheme of a named edition."""

    scheme: Code = Field(examples=["asgs-sa3"])
    edition: Code = Field(examples=["3"])
    code: Code = Field(examples=["20801"])
    label: Title | None = Field(None, examples=["Bayside"])


class Cohort(Value):
    """For whom the initiative works: a description, never a list of persons."""

    description: Text
    age_from: Annotated[int, Field(ge=0, le=130)] | None = None
    age_to: Annotated[int, Field(ge=0, le=130)] | None = None

    @model_validator(mode="after")
    def _ages_in_order(self) -> Self:
        if None not in (self.age_from, self.age_to) and self.age_from > self.age_to:  # type: ignore[operator]
            raise ValueError("age_from is not above age_to")
        return self


class Term(Value):
    """From the first day to the last, or without an end."""

    starts: Day
    ends: Day | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError("a term does not end before it starts")
        return self


Service = Literal["agenda", "measurement", "activities"]


class Cited(Value):
    """One thing cited: a line by its service and sequence, or a thing by its service and id."""

    source: Service
    sequence: Annotated[int, Field(ge=1, le=10**15)] | None = None
    id: Code | None = Field(None, description="An id of the other service, taken as it is.")
    sha256: Digest | None = Field(None, description="Of the line's bytes, where it was read.")
    note: Title | None = None

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.sequence is None and self.id is None:
            raise ValueError("name the line by its sequence, or the thing by its id")
        return self

    @property
    def key(self) -> tuple[str, int | None, str | None]:
        """What makes two citations the same one."""
        return self.source, self.sequence, self.id


class Citations(Value):
    """Evidence as it was known: what was cited, and how far the logs were known then."""

    known_at: Vector
    refs: Annotated[tuple[Cited, ...], Field(min_length=1, max_length=200)]

    def known_before(self, line: Cited) -> bool:
        """Whether that line was not known yet when this was cited."""
        parts = (part.partition(":") for part in self.known_at.split(","))
        known = {source: int(sequence) for source, _, sequence in parts}
        return known.get(line.source, 0) < (line.sequence or 0)


def cited_by(kind: str, cites: Citations | None, holder: str) -> tuple[Claim, ...]:
    """Claims by which whoever cites a line or a thing is found: `measurement/873/<holder>`."""
    refs = cites.refs if cites else ()
    things = {(ref.source, name) for ref in refs for name in (ref.sequence, ref.id) if name}
    keys = sorted(f"{citing(source, name)}{holder}" for source, name in things)
    return tuple(Claim(kind, key) for key in keys)


def citing(source: str, thing: object) -> str:
    """How the keys of all begin that cite this."""
    return f"{source}/{thing}/"


class Dissent(Value):
    """Who did not agree, and with what; kept for ever."""

    organisation: UUID
    text: Text
    person: Reference | None = None


def sha256_of(said: Any) -> str:
    """SHA-256 of the canonical JSON of what was said: equal words, equal digest."""
    return hashlib.sha256(canonical(said).encode()).hexdigest()
