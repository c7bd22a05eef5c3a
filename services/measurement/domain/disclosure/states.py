"""A table from release to release: when it changed, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.measurement.domain.disclosure.additive import Wholes, finest, rows
from services.measurement.domain.disclosure.asked import Key
from services.measurement.domain.disclosure.counts import Counts
from services.measurement.domain.disclosure.told import Told
from services.measurement.domain.feed_facts import Shift
from services.measurement.domain.feed_terms import Policy

Quantity = Literal["numerator", "denominator", "complement"]
QUANTITIES: tuple[Quantity, ...] = ("numerator", "denominator", "complement")
STILL = Shift(fewer=0, more=0)


class Saying(NamedTuple):
    """What one release says of a table."""

    policy: Policy
    cells: Mapping[Key, Told]
    public: bool
    """Whether everybody has it."""
    new: bool = False
    """Whether it is the release that is being prepared."""


@dataclass
class State:
    """Releases between which nothing of a table changed, read as one."""

    truth: dict[Key, Counts]
    sayings: list[Saying] = field(default_factory=list)

    def count(self, key: Key, quantity: Quantity) -> int | None:
        found: int | None = getattr(self.truth[key], quantity)
        return found


def with_sums(cells: Mapping[Key, Told], wholes: Wholes) -> dict[Key, Told]:
    """Also the totals that anybody can add up from parts that this release speaks of."""
    found = dict(cells)
    for group in wholes.sums(cells):
        parts = [found[key].counts for key in group.parts]
        above = _added([part.numerator for part in parts])
        counts = Counts(above, _added([part.denominator for part in parts]))
        found[group.total] = Told(counts, "-", "-", guarded=False)
    return found


def _added(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def states(sayings: Iterable[Saying], wholes: Wholes) -> list[State]:
    """The releases of a table in order, those with the same figures put together."""
    found: list[State] = []
    for saying in sayings:
        cells = with_sums(saying.cells, wholes)
        truth = {key: one.counts for key, one in cells.items()}
        if found and unchanged(found[-1].truth, truth):
            found[-1].truth.update(truth)
        else:
            found.append(State(truth))
        found[-1].sayings.append(saying._replace(cells=cells))
    return found


def unchanged(before: Mapping[Key, Counts], now: Mapping[Key, Counts]) -> bool:
    return all(before[key][:2] == counts[:2] for key, counts in now.items() if key in before)


class Change(NamedTuple):
    """How one state of a table became another, as far as both speak of the same cells."""

    shifts: Mapping[Quantity, Shift]
    finest: Sequence[Key]
    """Cells that hold everybody once: of these the shifts are the sums."""
    moved: Mapping[Quantity, tuple[int, int]]
    """By how many these fell, and by how many they rose, all together."""
    rows: Sequence[Sequence[Key]]
    """Places that are not made of others, by stratum: none of these fell or rose by more than the
    shifts say, all together, though it may be other people than the finest cells hold."""

    def known(self, quantity: Quantity) -> bool:
        """Whether people are told. Of those not counted nobody speaks; but where people were only
        taken out, these cannot have become more."""
        if quantity != "complement":
            return True
        only_fewer = all(not self.shifts[one].more for one in ("numerator", "denominator"))
        return only_fewer and not self.shifts["complement"].more


def change(before: State, now: State, wholes: Wholes) -> Change:
    """By how many figures fell and rose."""
    common = {key: None for key in now.truth if key in before.truth}
    groups = wholes.groups(common)
    these, leaves = sorted(finest(common, groups)), [sorted(row) for row in rows(common, groups)]
    shifts: dict[Quantity, Shift] = {}
    moved: dict[Quantity, tuple[int, int]] = {}
    for quantity in QUANTITIES:
        fell = [_fell(before, now, key, quantity) for key in these]
        most = [_fell(before, now, key, quantity) for key in common]
        falls, rises = _both_ways(fell)
        sums = [_both_ways([_fell(before, now, key, quantity) for key in row]) for row in leaves]
        fewer = max(falls, *most, *(row[0] for row in sums), 0)
        more = max(rises, *(-one for one in most), *(row[1] for row in sums), 0)
        shifts[quantity], moved[quantity] = Shift(fewer=fewer, more=more), (falls, rises)
    return Change(shifts, these, moved, [row for row in leaves if row != these])


def _both_ways(fell: Sequence[int]) -> tuple[int, int]:
    return sum(one for one in fell if one > 0), -sum(one for one in fell if one < 0)


def _fell(before: State, now: State, key: Key, quantity: Quantity) -> int:
    was, is_ = before.count(key, quantity), now.count(key, quantity)
    return 0 if was is None or is_ is None else was - is_


def spoken_of_before(states: Sequence[State], at: int) -> dict[int, set[Key]]:
    """By earlier state: the cells for which people are told what changed since. That is the latest
    one that speaks of the same cell, and in what is public the latest one that is public too."""
    found: dict[int, set[Key]] = {}
    public = any(saying.public for saying in states[at].sayings)
    for key in states[at].truth:
        holding = [n for n in range(at) if key in states[n].truth]
        told = [n for n in holding if public and any(one.public for one in states[n].sayings)]
        for before in {*holding[-1:], *told[-1:]}:
            found.setdefault(before, set()).add(key)
    return found
