"""Who might work something out: each audience, with all that it may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.measurement.domain.disclosure.additive import Wholes
from services.measurement.domain.disclosure.asked import Candidate, Earlier, Key, Table, place_of
from services.measurement.domain.disclosure.states import STILL, Saying, State, change, states
from services.measurement.domain.disclosure.told import Told, told
from services.measurement.domain.feed_facts import Revision, Shift
from services.measurement.domain.feed_terms import PUBLIC, Audience, Policy, Whole
from services.measurement.domain.values import Stated

REVISIONS = 100
"""In the line that tells of disclosure control, which holds 60 KiB."""
Tables = Mapping[Table, Mapping[Key, Told]]


class EarlierCellUntold(ValueError):
    """An earlier release holds cells, and nobody says what they were made from."""


def by_table(cells: Iterable[tuple[Table, Key, Told]]) -> dict[Table, dict[Key, Told]]:
    found: dict[Table, dict[Key, Told]] = {}
    for table, key, one in cells:
        found.setdefault(table, {})[key] = one
    return found


def said_before(release: Earlier) -> Tables:
    """What a release told of each table."""
    truth = {place_of(one.cell): one for one in release.truth}
    found = []
    for cell in release.cells:
        where = place_of(cell)
        if where not in truth:
            raise EarlierCellUntold(f"{len(release.cells)} cells, {len(truth)} of them known")
        found.append((where.table, where.key, told(cell, truth[where])))
    return by_table(found)


class Readers:
    """The audiences that a release will reach, and what each of them has."""

    def __init__(
        self, audience: Audience, wholes: Sequence[Whole], earlier: Sequence[Earlier]
    ) -> None:
        self.audience, self.earlier = audience, earlier
        self.said = [said_before(release) for release in earlier]
        self.wholes = Wholes([*wholes, *(whole for one in earlier for whole in one.wholes)])

    def keys(self, table: Table) -> list[str]:
        """Who has to be thought of for a table. The public alone knows less than anybody who was
        given something besides."""
        if self.audience.key != PUBLIC:
            return [self.audience.key]
        given = {
            release.audience.key
            for release, said in zip(self.earlier, self.said, strict=True)
            if table in said
        }
        return sorted(given - {PUBLIC}) or [PUBLIC]

    def read(self, reader: str, table: Table, new: Saying) -> list[State]:
        """A table as a reader has it, from the first release to this one."""
        sayings = [
            Saying(release.policy, said[table], release.audience.key == PUBLIC)
            for release, said in zip(self.earlier, self.said, strict=True)
            if table in said and release.audience.key in (PUBLIC, reader)
        ]
        return states([*sayings, new], self.wholes)

    def compared(self, tables: Iterable[Table]) -> int:
        """Earlier releases that hold something of the same tables."""
        these = set(tables)
        return sum(not these.isdisjoint(said) for said in self.said)

    def revisions(
        self, candidates: Sequence[Candidate], tables: Tables, policy: Policy
    ) -> tuple[Revision, ...]:
        """Of each table that was released before, to the same audience or to all: what changed
        since. What changed comes first, for a line holds only so many."""
        periods: dict[Table, tuple[str, Stated]] = {}
        for one in candidates:
            told_of = one.cell.indicator_code, one.cell.period
            periods.setdefault(place_of(one.cell).table, told_of)
        found = [
            revision
            for table in sorted(tables, key=lambda table: (periods[table][0], *table[1:]))
            if (revision := self._revision(table, periods[table][1], tables[table], policy))
        ]
        return tuple(sorted(found, key=_unchanged)[:REVISIONS])

    def _revision(
        self, table: Table, period: Stated, cells: Mapping[Key, Told], policy: Policy
    ) -> Revision | None:
        reader = self.audience.key
        since = [
            release.release_id
            for release, said in zip(self.earlier, self.said, strict=True)
            if table in said and release.audience.key in (PUBLIC, reader)
        ]
        if not since:
            return None
        *_, last = read = self.read(reader, table, Saying(policy, cells, reader == PUBLIC, True))
        changed = len(last.sayings) == 1
        shifts = change(read[-2], last, self.wholes).shifts if changed else {}
        return Revision(
            indicator_id=table[0],
            definition_version=table[1],
            period=period,
            since=since[-1],
            numerator=_moved(shifts.get("numerator", STILL)),
            denominator=_moved(shifts.get("denominator", STILL)),
        )


def _unchanged(revision: Revision) -> bool:
    return revision.numerator is None and revision.denominator is None


def _moved(shift: Shift) -> Shift | None:
    return shift if shift.fewer or shift.more else None
