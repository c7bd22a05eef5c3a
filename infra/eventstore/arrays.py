"""Offers as the arrays that `append_offers` takes: one round trip, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import orjson

from infra.eventstore.store import Offer
from infra.kernel.act import Answer, IdempotencyKey

NO_KEY = (None,) * 6


def arrays(offers: Sequence[Offer]) -> list[Sequence[Any]]:
    """The arguments of `append_offers` after the clock's, in its order."""
    counts = [len(offer.drafts) for offer in offers]
    drafts = [draft for offer in offers for draft in offer.drafts]
    releases = [claim for offer in offers for claim in offer.releases]
    claims = [held for offer in offers for held in offer.claims]
    return [
        *zip(*[_request(offer.idempotency, offer.answer) for offer in offers], strict=True),
        list(accumulate(counts)),
        counts,
        list(accumulate(len(offer.releases) for offer in offers)),
        list(accumulate(len(offer.claims) for offer in offers)),
        [draft.stream_id for draft in drafts],
        [draft.stream_version for draft in drafts],
        [draft.initiative_id for draft in drafts],
        [draft.head for draft in drafts],
        [draft.middle for draft in drafts],
        [draft.tail for draft in drafts],
        [claim.kind for claim in releases],
        [claim.key for claim in releases],
        [held.claim.kind for held in claims],
        [held.claim.key for held in claims],
        [held.holder for held in claims],
    ]


def _request(key: IdempotencyKey | None, answer: Answer | None) -> tuple[Any, ...]:
    if key is None or answer is None:
        return NO_KEY
    headers = orjson.dumps(answer.headers).decode()
    return key.client, key.key, key.body_sha256, answer.status, headers, answer.body
