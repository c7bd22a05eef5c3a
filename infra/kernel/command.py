"""What every command may say beside its own fields. Shape is checked here; rules by the domain."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel.errors import ReasonRequired
from infra.kernel.provenance import Evidence, Reason
from infra.kernel.values import Instant


class Command(BaseModel):
    """A request in the imperative."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    occurred_at: Instant | None = Field(
        None, description="When it was so in the world; may be back-dated. Default: now."
    )
    reason: Reason | None = Field(
        None, description="Why. Mandatory to correct, revoke, reopen, stop and override."
    )
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()
    cycle_id: UUID | None = Field(None, description="The learning cycle that this is a part of.")
    on_behalf_of: UUID | None = Field(
        None,
        description="The partner, an organisation's UUID, for which the caller acts: one that has"
        " delegated it to the caller's own organisation.",
    )

    def require_reason(self) -> None:
        """For what corrects, revokes, reopens, stops or overrides: refuse it without a reason."""
        if self.reason is None:
            raise ReasonRequired
