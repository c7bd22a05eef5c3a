"""Clocks, identifiers, values and provenance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from infra.kernel import (
    Command,
    Conflict,
    DomainError,
    Evidence,
    Instant,
    Number,
    Provenance,
    Reason,
    StateForbids,
    SystemClock,
    Text,
    Title,
    uuid7,
)
from infra.kernel.clock import ManualClock, ScenarioClock, clock_at
from infra.kernel.values import instant, moment

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


# Clocks


def test_real_time_stands_still_while_the_machines_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SystemClock()
    first = clock.now()
    assert first.tzinfo is UTC

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return first - timedelta(hours=1)

    monkeypatch.setattr("infra.kernel.clock.datetime", Earlier)
    assert clock.now() == first


def test_a_scenarios_clock_is_one_for_all_processes(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    path.write_text("2023-02-20T00:00:00.000000Z")
    mine, yours = clock_at(str(path)), clock_at(str(path))
    assert isinstance(mine, ScenarioClock)
    mine.forward_to(datetime(2023, 2, 25, tzinfo=UTC))
    assert yours.now() == datetime(2023, 2, 25, tzinfo=UTC)


def test_a_scenario_does_not_run_backwards(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    path.write_text("2023-02-20T00:00:00.000000Z")
    clock = ScenarioClock(path)
    with pytest.raises(ValueError, match="backwards"):
        clock.forward_to(datetime(2023, 2, 19, tzinfo=UTC))
    path.write_text("2023-01-01T00:00:00.000000Z")
    assert clock.now() == datetime(2023, 2, 20, tzinfo=UTC)


def test_a_released_scenario_shows_real_time(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    path.write_text("2023-02-20T00:00:00.000000Z")
    clock = ScenarioClock(path)
    clock.release()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_without_a_file_time_is_real() -> None:
    assert isinstance(clock_at(""), SystemClock)


def test_a_tests_clock_moves_when_it_is_told() -> None:
    clock = ManualClock(NOW)
    clock.forward(days=1)
    assert clock.now() == NOW + timedelta(days=1)
    with pytest.raises(AssertionError):
        clock.forward_to(NOW)


# Identifiers


def test_identifiers_are_version_7_and_sort_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for millisecond in (1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000):
        monkeypatch.setattr("time.time_ns", lambda ns=millisecond * 1_000_000: ns)
        made.append(uuid7())
    assert made == sorted(made)
    assert {(id.version, id.variant) for id in made} == {(7, RFC_4122)}
    assert made[0].int >> 80 == 1_700_000_000_000


def test_identifiers_are_not_made_twice() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000


# Values


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_has_one_spelling(when: datetime) -> None:
    text = instant(when)
    assert len(text) == 27
    assert moment(text) == when


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_instants_sort_as_text(one: datetime, other: datetime) -> None:
    assert (one < other) == (instant(one) < instant(other))


def test_an_instant_of_another_zone_is_told_in_utc() -> None:
    melbourne = timezone(timedelta(hours=11))
    assert instant(datetime(2026, 3, 1, 20, tzinfo=melbourne)) == "2026-03-01T09:00:00.000000Z"


class Reading(BaseModel):
    value: Number
    at: Instant


@given(st.decimals(-(10**20), 10**20, places=6))
def test_a_number_comes_back_to_the_digit(value: Decimal) -> None:
    text = format(value, "f")
    shown = Reading(value=text, at=NOW).model_dump(mode="json")
    assert shown["value"] == text


@pytest.mark.parametrize("text", ["7.10", "0.000", "-0.5", "100000000000000000000", "1E+2", "1e-7"])
def test_numbers_are_written_in_plain_notation(text: str) -> None:
    shown = Reading(value=text, at=NOW).model_dump(mode="json")["value"]
    assert "e" not in shown.lower()
    assert Decimal(shown) == Decimal(text)


@pytest.mark.parametrize("value", [7.1, True, "NaN", "Infinity", "1e39", "1" * 39, "x", "", None])
def test_what_is_no_exact_number_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Reading(value=value, at=NOW)


@pytest.mark.parametrize("when", ["2026-03-01T09:00:00", "2026-03-01", "yesterday", "", None])
def test_a_time_without_a_zone_is_refused(when: object) -> None:
    with pytest.raises(ValidationError):
        Reading(value="1", at=when)


@pytest.mark.parametrize("kind", [Text, Title])
@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "\ud800", 7, None])
def test_text_says_something_and_is_sound(kind: Any, text: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize(("kind", "most"), [(Title, 200), (Text, 4_000)])
def test_text_has_a_bound(kind: Any, most: int) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    assert adapter.validate_python("x" * most) == "x" * most
    with pytest.raises(ValidationError):
        adapter.validate_python("x" * (most + 1))


# Provenance and commands


def test_provenance_leaves_out_what_is_not_said() -> None:
    data = Provenance(
        actor="p-1", role="funder", organisation=UUID(int=1), client="c", authority="role:funder"
    ).as_data()
    assert set(data) == {"actor", "role", "organisation", "client", "authority", "classification"}


def test_provenance_names_reason_and_evidence() -> None:
    evidence = Evidence(uri="https://x.example/a", sha256="ab" * 32, media_type="text/csv")
    data = Provenance(
        actor="p-1",
        role="funder",
        organisation=UUID(int=1),
        client="c",
        authority="role:funder",
        reason=Reason(code="error", text="It was wrong."),
        evidence=(evidence,),
    ).as_data()
    assert data["reason"] == {"code": "error", "text": "It was wrong."}
    assert data["evidence"] == [evidence.model_dump(mode="json")]


@pytest.mark.parametrize("actor", ["Mary Smith", "é", "", "a\n", "x" * 201])
def test_a_person_is_an_opaque_reference(actor: str) -> None:
    with pytest.raises(ValidationError):
        Provenance(actor=actor, role="r", organisation=UUID(int=1), client="c", authority="a")


def test_a_command_takes_no_field_that_it_does_not_know() -> None:
    with pytest.raises(ValidationError, match="provenance"):
        Command.model_validate_json('{"provenance": {"actor": "somebody else"}}')


# Refusals


def test_a_refusal_is_a_sentence_with_its_facts_in_it() -> None:
    class CodeTaken(StateForbids):
        """The code {code} is taken."""

    assert CodeTaken.slug == "code-taken"
    assert str(CodeTaken(code="EDU")) == "The code EDU is taken."
    assert issubclass(Conflict, DomainError)
