"""The ledger of commitments: what each partner promised, and what of it was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.registers.facts import Fact, Facts, Kinds, Shown

PLEDGED, CONFIRMED = "activities.commitment-pledged", "activities.commitment-confirmed"
FULFILLED, RENEGOTIATED = "activities.commitment-fulfilled", "activities.commitment-renegotiated"
LAPSED, RELEASED = "activities.commitment-lapsed", "activities.commitment-released"
MARKED = "activities.commitment-to-renegotiate"
KINDS: Kinds = {
    PLEDGED: ("partner_id", "kind", "promise", "amount", "due", "activity_id", "grace_days"),
    CONFIRMED: (),
    FULFILLED: ("partner_id", "quantity", "whole"),
    RENEGOTIATED: ("partner_id", "promise", "amount", "due"),
    LAPSED: ("due",),
    RELEASED: (),
    MARKED: (),
}
STATES = tuple(kind for kind in KINDS if kind != MARKED)
OPEN = frozenset({"pledged", "confirmed", "partly-kept", "renegotiated"})


def ledger(facts: Facts) -> list[Shown]:
    """Each commitment with what became of it, in the order of pledging, and its history."""
    told = []
    for pledged in facts.of(PLEDGED):
        history = [fact.told() for fact in facts.of(*KINDS, thing=pledged.thing)]
        told.append(commitment(facts, pledged) | {"history": history})
    return told


def commitments(facts: Facts) -> list[Shown]:
    """The same for who only counts: without what was said along the way."""
    return [commitment(facts, pledged) for pledged in facts.of(PLEDGED)]


def commitment(facts: Facts, pledged: Fact) -> Shown:
    """How one stands."""
    history = facts.of(*STATES, thing=pledged.thing)
    terms = facts.last(PLEDGED, RENEGOTIATED, thing=pledged.thing) or pledged
    kept = facts.of(FULFILLED, thing=pledged.thing)
    state = _state(history)
    return {
        "id": pledged.thing,
        "partner": pledged.named(pledged["partner_id"]),
        "kind": pledged["kind"],
        "promise": terms["promise"],
        "promised": pledged["amount"],
        "amount": terms["amount"],
        "due": terms["due"],
        "activity": pledged.named(pledged["activity_id"]) if pledged["activity_id"] else None,
        "state": state,
        "fulfilled": _sum(kept),
        "kept_on_time": _on_time(terms, kept) if state == "kept" else None,
        "overdue": state in OPEN and _is_over(facts, terms["due"]),
        "renegotiated": len(facts.of(RENEGOTIATED, thing=pledged.thing)),
        "to_renegotiate": state in OPEN and _is_marked(facts, pledged.thing),
    }


def _state(history: Sequence[Fact]) -> str:
    """pledged, confirmed, partly-kept, renegotiated, kept, lapsed or released."""
    last = history[-1]
    if last.kind == FULFILLED:
        return "kept" if last["whole"] else "partly-kept"
    return last.kind.rpartition("-")[2]


def _is_marked(facts: Facts, thing: str) -> bool:
    """Whether its pledger has left, and nobody has settled since what becomes of it."""
    last = facts.last(MARKED, RENEGOTIATED, thing=thing)
    return last is not None and last.kind == MARKED


def _sum(kept: Sequence[Fact]) -> str | None:
    given = [Decimal(fact["quantity"]) for fact in kept if fact["quantity"]]
    return format(sum(given, Decimal()), "f") if given else None


def _on_time(terms: Fact, kept: Sequence[Fact]) -> bool:
    return kept[-1].time.date() <= date.fromisoformat(terms["due"])


def _is_over(facts: Facts, due: str) -> bool:
    return facts.today is not None and facts.today > date.fromisoformat(due)


def by_partner(entries: Sequence[Shown]) -> list[Shown]:
    """For each partner: how much was promised, came due, was kept, and was not."""
    partners: dict[str, list[Shown]] = {}
    for entry in entries:
        partners.setdefault(entry["partner"]["id"], []).append(entry)
    return [_partner(found) for found in partners.values()]


def _partner(found: Sequence[Shown]) -> Shown:
    def count(wanted: Any) -> int:
        return sum(1 for entry in found if wanted(entry))

    return {
        "partner": found[0]["partner"],
        "made": len(found),
        "kept": count(lambda entry: entry["state"] == "kept"),
        "kept_on_time": count(lambda entry: entry["kept_on_time"]),
        "partly_kept": count(lambda entry: entry["fulfilled"] and entry["state"] != "kept"),
        "renegotiated": count(lambda entry: entry["renegotiated"]),
        "lapsed": count(lambda entry: entry["state"] == "lapsed"),
        "released": count(lambda entry: entry["state"] == "released"),
        "open": count(lambda entry: entry["state"] in OPEN),
        "overdue": count(lambda entry: entry["overdue"]),
        "to_renegotiate": count(lambda entry: entry["to_renegotiate"]),
    }
