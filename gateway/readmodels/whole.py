"""What a formula comes to for all of an initiative, period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from gateway.readmodels.headline import Headline, Span
from gateway.readmodels.headline import Spoken as OfOne
from gateway.readmodels.measures import Measure
from gateway.readmodels.totals import marked
from gateway.readmodels.working import Measures, Working, rests_on
from infra.formulas import NotComputable, Of, Outcome

Spoken = Mapping[str, OfOne]
"""By code: the value that speaks for each period, the latest first."""


class Worked(NamedTuple):
    """A period, what the formula comes to in it, and what went in."""

    period: Mapping[str, Any]
    outcome: Outcome
    used: Sequence[Mapping[str, Any]]

    def point(self) -> Headline:
        """As one of the values that speak for an indicator."""
        plain = all(one["status"] == "A" for one in self.used)
        return {
            "value": self.outcome.value,
            "numerator": None,
            "denominator": None,
            "status": "A" if plain else "E",
            "period": self.period,
            "basis": "formula",
            "places": ", ".join(sorted({one["places"] for one in self.used if one["places"]})),
            "certified": True,
            "positions": sorted({each for one in self.used for each in one["positions"]}),
            **marked(self.used),
        }


class _InAPeriod:
    """The figures of all of the initiative in one period."""

    def __init__(self, points: Mapping[str, Headline], missing: Mapping[str, str]) -> None:
        self._points, self._missing = points, missing
        self.used: list[dict[str, Any]] = []

    def figure(self, measure: Measure, of: Of) -> Fraction:
        if of.part == "baseline":
            return self._baseline(measure)
        point = self._points.get(measure.code)
        if point is None:
            detail = f"no value of {measure.code} speaks for all of the initiative in this period"
            why = self._missing.get(measure.code)
            raise NotComputable("no-value", f"{detail}; {why}" if why else detail)
        if not point["certified"]:
            raise NotComputable("not-certified", f"the value of {measure.code} is not certified")
        given = point[of.part]
        if given is None:
            raise NotComputable("no-counts", f"{measure.code} has no {of.part} here")
        self._use(measure, of, given, point)
        return Fraction(given)

    def _baseline(self, measure: Measure) -> Fraction:
        side = measure.baseline()
        if side is None:
            raise NotComputable("no-baseline", f"{measure.code} has no baseline for everybody")
        said = {"places": None, "status": "A", "positions": [side.position]}
        self._use(measure, Of(measure.code, "baseline"), side.body["value"], said)
        return Fraction(side.body["value"])

    def _use(self, measure: Measure, of: Of, given: str, said: Mapping[str, Any]) -> None:
        self.used.append(
            {
                "code": measure.code,
                "indicator_id": measure.id,
                "definition_version": measure.series,
                "part": of.part,
                "value": given,
                "places": said["places"],
                "status": said["status"],
                "positions": said["positions"],
                **marked([said]),
            }
        )


def worked_out(measure: Measure, measures: Measures, spoken: Spoken) -> Sequence[Worked]:
    """Every period for which one of its inputs has a value, the latest first."""
    by_period: dict[Span, dict[str, Headline]] = {}
    inputs = {code: spoken[code] for code in rests_on(measure, measures) if code in spoken}
    for code, told in inputs.items():
        for point in told.points:
            span = point["period"]["end"], point["period"]["start"]
            by_period.setdefault(span, {})[code] = point
    found = []
    for span, points in sorted(by_period.items(), reverse=True):
        missing = {code: told.missing.get(span, "") for code, told in inputs.items()}
        figures = _InAPeriod(points, missing)
        outcome = Working(measures, figures).outcome(measure)
        period = next(iter(points.values()))["period"]
        found.append(Worked(period, outcome, figures.used))
    return found


def points(measure: Measure, measures: Measures, spoken: Spoken) -> Sequence[Headline]:
    """The values that a formula comes to; periods in which it comes to none are not among them."""
    return [each.point() for each in worked_out(measure, measures, spoken) if each.outcome.computed]
