"""Offers as the arguments of the two SQL functions of migration 0002."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

import orjson

from infra.eventstore.store import Offer
from infra.kernel.act import Answer, IdempotencyKey

NO_KEY = (None,) * 6


def plain(offer: Offer) -> bool:
    """Whether it is one line and nothing else: what `append_one` can take."""
    return len(offer.drafts) == 1 and not offer.claims and not offer.releases


def values(offer: Offer) -> list[Any]:
    """The arguments of `append_one` after the clock's, in its order."""
    return [*_request(offer.idempotency, offer.answer), *offer.drafts[0]]


def arrays(offers: Sequence[Offer]) -> list[Sequence[Any]]:
    """The arguments of `append_offers` after the clock's, in its order."""
    drafts = [draft for offer in offers for draft in offer.drafts]
    return [
        *zip(*[_request(offer.idempotency, offer.answer) for offer in offers], strict=True),
        list(accumulate(len(offer.drafts) for offer in offers)),
        *(zip(*drafts, strict=True) if drafts else [()] * 6),
        *_columns(3, ((n, *c) for n, o in enumerate(offers, 1) for c in o.releases)),
        *_columns(4, ((n, *h.claim, h.holder) for n, o in enumerate(offers, 1) for h in o.claims)),
    ]


def _columns(width: int, rows: Iterable[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True)) or [()] * width


def _request(key: IdempotencyKey | None, answer: Answer | None) -> tuple[Any, ...]:
    if key is None or answer is None:
        return NO_KEY
    headers = orjson.dumps(answer.headers).decode()
    return key.client, key.key, key.body_sha256, answer.status, headers, answer.body
