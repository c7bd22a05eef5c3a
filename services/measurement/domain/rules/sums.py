"""Parts against their total: strata of a dimension, added up.

Looked at wherever the submission names the total or a part, beside what stands of the others, so
that it makes no difference which of them arrives first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.measurement.domain.findings import Round, RowFinding, Severity, StagedSeries
from services.measurement.domain.numbers import Numbers, Span, plain
from services.measurement.domain.rules.bounds import rounded
from services.measurement.domain.rules.stated import SumOfStrata
from services.measurement.domain.values import Place


@dataclass(slots=True)
class Group:
    """A total and its parts, as far as the submission or what stands has them."""

    place: Place
    narrowed: Mapping[str, str]
    total: StagedSeries | None = None
    parts: list[StagedSeries] = field(default_factory=list)


class SumRule(NamedTuple):
    """`codes`: the strata that make the whole, where that is known."""

    code: str
    severity: Severity
    stated: SumOfStrata
    codes: frozenset[str] | None = None

    def beside(self, staged: Sequence[StagedSeries]) -> Iterator[tuple[Place, Mapping[str, str]]]:
        """The totals and the strata that are not among these."""
        dimension = self.stated.dimension
        for group in self._groups(staged):
            if group.total is None:
                yield group.place, group.narrowed
            there = {part.dimensions[dimension] for part in group.parts}
            for code in sorted((self.codes or frozenset()) - there):
                yield group.place, {**group.narrowed, dimension: code}

    def find(self, staged: Sequence[StagedSeries], _: Round) -> Iterator[RowFinding]:
        for group in self._groups(staged):
            if group.total is not None and group.parts:
                yield from self._look_at(group.total, group.parts)

    def _groups(self, staged: Sequence[StagedSeries]) -> Iterator[Group]:
        groups: dict[tuple[object, ...], Group] = {}
        for series in staged:
            narrowed = dict(series.dimensions)
            part = narrowed.pop(self.stated.dimension, None)
            key = (*series.place.identity, *sorted(narrowed.items()))
            group = groups.get(key)
            if group is None:
                group = groups[key] = Group(series.place, narrowed)
            if part is None:
                group.total = series
            elif self.codes is None or part in self.codes:
                group.parts.append(series)
        yield from groups.values()

    def _look_at(self, total: StagedSeries, parts: Sequence[StagedSeries]) -> Iterator[RowFinding]:
        of = self.stated.of
        whole, pieces = total.numbers(of), [part.numbers(of) for part in parts]
        if not any(series.rows for series in (total, *parts)):
            return
        places = max(whole.places, *(piece.places for piece in pieces))
        for span, number, row in zip(whole.spans, whole.history, whole.row_of, strict=True):
            there = [(piece, piece.at(span)) for piece in pieces]
            known = [(piece, one) for piece, one in there if one is not None]
            if row is None and all(one[1] is None for _, one in known):
                continue
            if self.stated.relation == "equal" and len(known) < self._needed(len(pieces)):
                continue
            wanted = number * 10 ** (places - whole.places)
            added = sum(one[0] * 10 ** (places - piece.places) for piece, one in known)
            if not self._holds(added - wanted, places):
                detail = self._said(span, plain(added, places), plain(wanted, places))
                for line in _lines(total, whole, parts, pieces, span):
                    yield RowFinding(line, self.code, self.severity, detail)

    def _needed(self, present: int) -> int:
        return present if self.codes is None else len(self.codes)

    def _holds(self, over: int, places: int) -> bool:
        apart = over if self.stated.relation == "at-most" else abs(over)
        return apart <= 0 or apart <= rounded(self.stated.tolerance, places)

    def _said(self, span: Span, added: str, total: str) -> str:
        of, by = self.stated.of, self.stated.dimension
        relation = "at most" if self.stated.relation == "at-most" else "exactly"
        return (
            f"{span[0]}/{span[1]}: the {of}s by {by} add up to {added}, {relation} the total"
            f" {total} is expected"
        )


def _lines(
    total: StagedSeries,
    whole: Numbers,
    parts: Sequence[StagedSeries],
    pieces: Sequence[Numbers],
    span: Span,
) -> Iterator[int]:
    """Of every row that has to do with it: nobody knows which of them is wrong."""
    for series, numbers in ((total, whole), *zip(parts, pieces, strict=True)):
        there = numbers.at(span)
        if there is not None and there[1] is not None:
            yield series.rows[there[1]].line
