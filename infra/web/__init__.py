"""What every HTTP face of the house has in common."""

from infra.web.auth import READERS, WRITERS
from infra.web.commands import Commands
from infra.web.problems import Problem, ProblemDetails
from infra.web.reads import Reads
from infra.web.service import Parts, build
from infra.web.tokens import Token, Verifier
from infra.web.views import Each, View

__all__ = [
    "READERS",
    "WRITERS",
    "Commands",
    "Each",
    "Parts",
    "Problem",
    "ProblemDetails",
    "Reads",
    "Token",
    "Verifier",
    "View",
    "build",
]
