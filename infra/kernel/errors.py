"""What can be refused, in words a caller can act on.

A refusal's docstring is the sentence the partner reads. Its base says of what kind it is;
`infra.web.problems` gives each kind its HTTP status.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class DomainError(Exception):
    """A rule said no. The docstring of each subclass is the sentence shown to the caller."""

    slug: ClassVar[str] = "domain-error"

    def __init_subclass__(cls) -> None:
        cls.slug = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def __init__(self, **details: Any) -> None:
        sentence = " ".join((self.__doc__ or self.slug).split())
        super().__init__(sentence.format(**details))
        self.details = details


class StateForbids(DomainError):
    """The present state forbids it; a later one may not."""


class RuleForbids(DomainError):
    """No later state would allow it: the request itself has to change."""


class NotFound(DomainError):
    """No {kind} has the id {id}."""


class NotKnownHere(DomainError):
    """The {kind} {id} is not known here yet; if it exists, repeat the request in a moment."""


class NotDelegated(DomainError):
    """Nothing delegated in initiative {initiative} lets you act on behalf of {party}: leave
    `on_behalf_of` out, or let a person of that organisation delegate it to yours."""


class Conflict(DomainError):
    """Somebody else changed {stream} first; read it again and decide anew."""


class PreconditionFailed(DomainError):
    """If-Match names version {expected}, but the present version is {present}; read it again."""


class ClaimTaken(StateForbids):
    """The {kind} {key} is taken by {holder} already."""


class ReasonRequired(RuleForbids):
    """This takes a `reason`: a code from the published list, and a sentence that says why."""
