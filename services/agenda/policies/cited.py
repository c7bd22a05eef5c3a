"""A cause as an effect cites it: the line, and the hash of its bytes."""

from __future__ import annotations

import hashlib
from typing import cast

from infra.messaging import Carried
from services.agenda.domain.values import Cited, Service


def cited(cause: Carried) -> Cited:
    return Cited(
        source=cast("Service", cause.source),
        sequence=cause.sequence,
        sha256=hashlib.sha256(cause.text.encode()).hexdigest(),
    )
