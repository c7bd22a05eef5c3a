"""Whether all that was due has come, and in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from services.measurement.domain.findings import Round, RowFinding, Severity, StagedSeries
from services.measurement.domain.numbers import Span
from services.measurement.domain.rules.stated import Completeness, Timeliness
from services.measurement.domain.values import Place, stratum

WHOLE_FILE = 0
"""The line of a finding about all of a submission."""
PERIODS_SHOWN = 20
CELLS_SHOWN = 5
Cell = tuple[tuple[str, str, str], tuple[tuple[str, str], ...]]


class CompletenessRule(NamedTuple):
    code: str
    severity: Severity
    stated: Completeness

    def find(self, staged: Sequence[StagedSeries], round: Round) -> Iterator[RowFinding]:
        sent = {_cell(series.place, series.dimensions): series for series in staged if series.rows}
        if not sent:
            return
        due = self._due(sent)
        present: dict[Span, set[Cell]] = {period.span: set() for period in round.periods}
        taken = frozenset(present)
        for series in staged:
            cell = _cell(series.place, series.dimensions)
            if cell not in due:
                continue
            spans = {(row.period.start, row.period.end) for row in series.rows}
            for span in spans if not taken else taken & (spans | series.standing.keys()):
                present.setdefault(span, set()).add(cell)
        lacking = sorted(span for span, cells in present.items() if len(cells) < len(due))
        for span in lacking[:PERIODS_SHOWN]:
            yield self._found(_sentence(span, due, present[span]))
        if len(lacking) > PERIODS_SHOWN:
            yield self._found(f"{len(lacking) - PERIODS_SHOWN:,} more periods are not complete")

    def _due(self, sent: Mapping[Cell, StagedSeries]) -> dict[Cell, str]:
        """What is expected for each period, and what it is called."""
        places = {place.identity: place for place in self.stated.places} or {
            series.place.identity: series.place for series in sent.values()
        }
        strata = [tuple(sorted(stratum(one).items())) for one in self.stated.strata] or sorted(
            {dimensions for _, dimensions in sent}
        )
        return {
            (identity, dimensions): _called(place, dimensions)
            for identity, place in places.items()
            for dimensions in strata
        }

    def _found(self, detail: str) -> RowFinding:
        return RowFinding(WHOLE_FILE, self.code, self.severity, detail)


class TimelinessRule(NamedTuple):
    code: str
    severity: Severity
    stated: Timeliness

    def find(self, staged: Sequence[StagedSeries], round: Round) -> Iterator[RowFinding]:
        late = (round.today - round.due).days
        if late > self.stated.grace_days:
            detail = f"it arrived {late} days after {round.due}, when this round was due"
            yield RowFinding(WHOLE_FILE, self.code, self.severity, detail)
        if self.stated.period_days is None:
            return
        earliest = round.today - timedelta(days=self.stated.period_days)
        for series in staged:
            for row in series.rows:
                if row.period.end < earliest:
                    days = (round.today - row.period.end).days
                    detail = (
                        f"{row.period_text} ended {days} days ago; at most"
                        f" {self.stated.period_days} are expected"
                    )
                    yield RowFinding(row.line, self.code, self.severity, detail)


def _cell(place: Place, dimensions: Mapping[str, str]) -> Cell:
    return place.identity, tuple(sorted(dimensions.items()))


def _called(place: Place, dimensions: Sequence[tuple[str, str]]) -> str:
    narrowed = ", ".join(f"{name}: {code}" for name, code in dimensions)
    return f"{place.label or place.code}{f' ({narrowed})' if narrowed else ''}"


def _sentence(span: Span, due: Mapping[Cell, str], present: set[Cell]) -> str:
    missing = (called for cell, called in due.items() if cell not in present)
    shown = ", ".join(called[:80] for called, _ in zip(missing, range(CELLS_SHOWN), strict=False))
    lacking = len(due) - len(present)
    more = f" and {lacking - CELLS_SHOWN:,} more" if lacking > CELLS_SHOWN else ""
    return f"{span[0]}/{span[1]}: {lacking:,} of {len(due):,} are missing: {shown}{more}"
