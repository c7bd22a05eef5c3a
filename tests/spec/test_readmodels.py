"""What the read models say of single facts and of figures, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.journal import Vector
from gateway.readmodels import MODELS
from gateway.readmodels.aspects import Aspect
from gateway.readmodels.cut import Cut, end_of
from gateway.readmodels.headline import headline
from gateway.readmodels.speech import sentence, spoken
from gateway.readmodels.standing import in_force, standing, verdict
from gateway.readmodels.totals import Terms
from tests.callers import named
from tests.lines import History

MELBOURNE = ZoneInfo("Australia/Melbourne")
ROOT = f"initiative/{named('i')}"
BAYSIDE, KINGSTON = ("asgs", "3", "20801"), ("asgs", "3", "20803")
WHOLE = ("commonweal", "1", "bgk")


def cut(**more: Any) -> Cut:
    return Cut(Vector({"agenda": 3}), MELBOURNE, **more)


class TestACut:
    def test_a_day_ends_where_the_deployment_is(self) -> None:
        winter = end_of(date(2023, 7, 1), MELBOURNE)
        assert winter == datetime(2023, 7, 1, 13, 59, 59, 999_999, tzinfo=UTC)
        summer = end_of(date(2023, 1, 1), MELBOURNE)
        assert summer == datetime(2023, 1, 1, 12, 59, 59, 999_999, tzinfo=UTC)

    def test_a_period_has_ended_at_the_end_of_its_last_day_and_not_before(self) -> None:
        last = date(2022, 12, 31)
        assert cut(as_at=end_of(last, MELBOURNE)).ended_by == last
        noon = datetime(2022, 12, 31, 12, tzinfo=MELBOURNE)
        assert cut(as_at=noon).ended_by == date(2022, 12, 30)
        assert cut(as_at=noon).begun_by == last

    def test_without_a_date_everything_is_kept(self) -> None:
        assert (cut().ended_by, cut().begun_by) == (date.max, date.max)

    def test_it_is_shown_with_every_source(self) -> None:
        assert cut().shown() == {
            "instant": None,
            "vector": "agenda:3,measurement:0,activities:0",
        }


def value(
    place: tuple[str, str, str],
    amount: str,
    counts: tuple[str, str] | None = None,
    *,
    month: int = 12,
    version: int = 1,
) -> dict[str, Any]:
    scheme, edition, code = place
    return {
        "sequence": 1,
        "definition_version": version,
        "place_scheme": scheme,
        "place_edition": edition,
        "place_code": code,
        "period": f"2022-{month:02}",
        "period_start": date(2022, month, 1),
        "period_end": date(2022, month, 28),
        "value": amount,
        "status": "A",
        "numerator": counts[0] if counts else None,
        "denominator": counts[1] if counts else None,
        "kind": "observations-recorded",
    }


class TestTheHeadline:
    parts = frozenset({BAYSIDE, KINGSTON})

    def of(self, *rows: dict[str, Any], unit: str = "%") -> Any:
        terms = Terms(unit, made_of_two=True, groups=())
        return headline(rows, version=1, terms=terms, parts=set(self.parts))

    def test_a_series_for_the_whole_place_wins(self) -> None:
        found = self.of(
            value(WHOLE, "61.3"),
            value(BAYSIDE, "60.0", ("3", "5")),
            value(KINGSTON, "1", ("1", "9")),
        )
        assert (found["value"], found["basis"]) == ("61.3", "submitted")

    def test_a_percentage_is_computed_from_all_of_its_parts(self) -> None:
        found = self.of(value(BAYSIDE, "60.0", ("9", "15")), value(KINGSTON, "62.5", ("10", "16")))
        assert (found["value"], found["basis"]) == ("61.3", "computed")
        assert (found["numerator"], found["denominator"]) == ("19", "31")

    def test_nothing_is_computed_from_some_of_the_parts(self) -> None:
        assert self.of(value(BAYSIDE, "60.0", ("9", "15"))) is None
        assert self.of(value(BAYSIDE, "60.0", ("9", "15")), value(KINGSTON, "62.5")) is None

    def test_nothing_is_computed_but_percentages(self) -> None:
        rows = value(BAYSIDE, "9", ("9", "15")), value(KINGSTON, "10", ("10", "16"))
        assert self.of(*rows, unit="days") is None

    def test_the_latest_period_that_is_whole_speaks(self) -> None:
        found = self.of(
            value(BAYSIDE, "60.0", ("9", "15")),
            value(BAYSIDE, "50.0", ("1", "2"), month=6),
            value(KINGSTON, "50.0", ("1", "2"), month=6),
        )
        assert found["period"]["text"] == "2022-06"

    def test_a_former_definition_says_nothing_about_this_one(self) -> None:
        assert self.of(value(WHOLE, "61.3", version=2)) is None


def target(
    amount: str, end: str | None, *, version: int = 1, stands: bool = True, **more: Any
) -> Aspect:
    body = {
        "stands": stands,
        "version": version,
        "value": amount,
        "period": end,
        "start": None,
        "end": end,
        "target_id": amount,
        "decision_id": None,
        "dimensions": {},
        "place": None,
    }
    return Aspect("measurement:1", body | more)


class TestTheTargetInForce:
    def at(self, day: date, *targets: Aspect) -> Any:
        sides = {f"target:{n}": each for n, each in enumerate(targets)}
        judged = standing(
            cut(as_at=end_of(day, MELBOURNE)), sides, points=[], series=1, polarity="neither"
        )
        return judged["target"] and judged["target"]["value"]

    def test_it_is_the_next_one_that_is_still_ahead(self) -> None:
        both = target("70", "2025-12-31"), target("60", "2023-12-31")
        assert self.at(date(2023, 2, 20), *both) == "60"
        assert self.at(date(2024, 1, 1), *both) == "70"
        assert self.at(date(2026, 1, 1), *both) == "70"

    def test_one_without_an_end_is_always_ahead(self) -> None:
        assert self.at(date(2026, 1, 1), target("60", None)) == "60"

    def test_one_of_another_definition_or_withdrawn_is_none(self) -> None:
        day = date(2023, 1, 1)
        assert self.at(day, target("60", None, version=2)) is None
        assert self.at(day, target("60", None, stands=False)) is None

    def test_one_for_some_of_the_people_is_not_for_all(self) -> None:
        some = target("60", None, dimensions={"Sex": "Female"})
        assert self.at(date(2023, 1, 1), some) is None
        assert in_force([], date(2023, 1, 1)) is None


@pytest.mark.parametrize(
    ("latest", "aim", "polarity", "said"),
    [
        ("61.3", "60", "higher-is-better", "met"),
        ("60.0", "60", "higher-is-better", "met"),
        ("57.1", "60", "higher-is-better", "below-target"),
        ("12", "10", "lower-is-better", "above-target"),
        ("9", "10", "lower-is-better", "met"),
        ("9", "10", "neither", "not-judged"),
        (None, "10", "neither", "no-observation"),
        ("9", None, "neither", "no-target"),
    ],
)
def test_the_verdict(latest: str | None, aim: str | None, polarity: str, said: str) -> None:
    value_, aim_ = ({"value": each} if each else None for each in (latest, aim))
    assert verdict(value_, aim_, polarity) == said


@pytest.mark.parametrize(
    ("latest", "polarity", "said"),
    [
        ("58", "higher-is-better", "within-tolerance"),
        ("57.9", "higher-is-better", "below-target"),
        ("62", "lower-is-better", "within-tolerance"),
        ("62.1", "lower-is-better", "above-target"),
        ("90", "higher-is-better", "met"),
        ("58", "neither", "met"),
        ("62.1", "neither", "above-target"),
    ],
)
def test_the_verdict_on_a_target_with_a_tolerance(latest: str, polarity: str, said: str) -> None:
    assert verdict({"value": latest}, {"value": "60", "tolerance": "2"}, polarity) == said


def test_a_fact_of_a_type_that_is_not_known_is_left_to_the_journal() -> None:
    carried = History().tell("agenda.something-new", ROOT, {"name": "x"})
    assert [model.rows("agenda", [carried]) for model in MODELS] == [[]] * len(MODELS)


def test_each_line_is_folded_for_itself() -> None:
    told = History()
    for number in range(3):
        told.tell("agenda.initiative-registered", ROOT, {"name": f"{number}", "places": []})
    lines = told.lines["agenda"]
    for model in MODELS:
        one_by_one = [row for line in lines for row in model.rows("agenda", [line])]
        assert model.rows("agenda", lines) == one_by_one


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"start": "2022-01-01", "end": "2022-12-31"}, "2022"),
        ({"start": "2022-07-01", "end": "2022-12-31"}, "2022-07-01 to 2022-12-31"),
        ({"starts": "2022-07-01", "ends": None}, "2022-07-01 to further notice"),
        ({"scheme": "asgs", "edition": "3", "code": "20801"}, "20801"),
        ({"scheme": "asgs", "edition": "3", "code": "20801", "label": "Bayside"}, "Bayside"),
        ({"start": "a", "end": "b", "period": "2022", "status": "O"}, "missing, status O (2022)"),
        ({"quantity": "40", "unit": "placements"}, "40 placements"),
        ({"Sex": "Female", "Age": "15 to 19"}, "Female, 15 to 19"),
        ({}, ""),
        (list("abcdefgh"), "a, b, c, d, e, f and 2 more"),
        (str(named("x")), "the thing"),
        (str(named("y")), str(named("y"))),
        (True, "yes"),
        (None, ""),
    ],
)
def test_values_are_said_as_people_say_them(said: Any, words: str) -> None:
    assert spoken(said, {str(named("x")): "the thing"}) == words


def test_what_has_nothing_to_say_is_left_out() -> None:
    line = {
        "subject": ROOT,
        "partitionkey": str(named("i")),
        "data": {"provenance": {}},
    }
    assert sentence("agenda.initiative-paused", line, {}) == "The initiative was paused."
    line["data"]["provenance"] = {"reason": {"code": "c", "text": "Floods [all over] {it}."}}  # type: ignore[index]
    told = sentence("agenda.initiative-paused", line, {})
    assert told == "The initiative was paused: Floods [all over] {it}."
