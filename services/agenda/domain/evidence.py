"""Evidence that is frozen: lines, each by its place and its bytes, and how far was known."""

from __future__ import annotations

from infra.kernel import RuleForbids
from services.agenda.domain.values import Citations, sha256_of


class LineNotNamed(RuleForbids):
    """An evidence pack freezes lines: cite each by its `sequence` and the `sha256` of its bytes,
    as /v1/events/<source>/<sequence> serves them. Missing: {missing}."""


class CitedBeyondKnown(RuleForbids):
    """Line {line} is cited, but `known_at` says {known_at}, which ends before it; name the vector
    by which all that is cited was known."""


def refuse_unfrozen(cites: Citations) -> None:
    """What is frozen can be checked by anybody who has the log."""
    missing = [
        f"{name} of citation {number}"
        for number, cited in enumerate(cites.refs, start=1)
        for name, said in (("sequence", cited.sequence), ("sha256", cited.sha256))
        if said is None
    ]
    if missing:
        raise LineNotNamed(missing=", ".join(missing))
    parts = (part.partition(":") for part in cites.known_at.split(","))
    known = {source: int(sequence) for source, _, sequence in parts}
    for cited in cites.refs:
        if (cited.sequence or 0) > known.get(cited.source, 0):
            raise CitedBeyondKnown(line=f"{cited.source}:{cited.sequence}", known_at=cites.known_at)


def content_hash(cites: Citations) -> str:
    """SHA-256 of the canonical JSON of `cites` as it stands in the fact's line: lines cited,
    digests and all, and how far was known."""
    return sha256_of(cites.model_dump(mode="json"))
