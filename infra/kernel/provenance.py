"""Who caused a fact, by what authority, why and on what evidence: part of every line's data."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from infra.kernel.values import Text

Reference = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")
]
"""An opaque reference to a person or a system: printable ASCII, never a name or an address."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Code = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:-]*$")
]


class Reason(BaseModel):
    """Why: a code from a published list and a sentence. Mandatory to correct, revoke, reopen,
    stop and override."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    text: Text


class Evidence(BaseModel):
    """A document that supports a fact, named by where it is and what it hashes to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    uri: Annotated[
        str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[\x21-\x7e]+$")
    ]
    sha256: Digest
    media_type: Annotated[str, StringConstraints(max_length=200, pattern=r"^[\w.+-]+/[\w.+-]+$")]
    access: Literal["public", "partners", "restricted"] = "partners"


class Provenance(BaseModel):
    """Composed from the verified token in one place (`infra.web.auth`), never from a body."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: Reference
    role: Code
    organisation: UUID
    client: Reference
    on_behalf_of: Reference | None = None
    authority: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    reason: Reason | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()
    cycle_id: UUID | None = None
    classification: Literal["public", "official", "official-sensitive"] = "official"

    @property
    def party(self) -> UUID:
        """Whose act it is: the organisation for which the actor stood in, or the actor's own."""
        return UUID(self.on_behalf_of) if self.on_behalf_of else self.organisation

    def as_data(self) -> dict[str, object]:
        """The JSON object of the line; what is not said is left out."""
        data = {name: value for name, value in vars(self).items() if value}
        if self.reason:
            data["reason"] = self.reason.model_dump()
        if self.evidence:
            data["evidence"] = [one.model_dump() for one in self.evidence]
        return data
