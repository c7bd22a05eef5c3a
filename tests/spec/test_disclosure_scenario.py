"""Rows 34 and 40 of the scenario: three were counted twice, and nobody may learn where."""

from __future__ import annotations

from services.measurement.domain.disclosure import Protected, Refused, audit, place_of, protect
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_publication import (
    NotToBeProtected,
    SmallNumbersAtRisk,
    refusal,
)
from tests.disclosing import DEPARTMENT, POLICY, candidate, codes, passed, released, whole

BGK = [whole("BGK", ["Bayside", "Glen Eira", "Kingston"])]
JANUARY = [
    candidate("Bayside", 3, 5),
    candidate("Glen Eira", 6, 10),
    candidate("Kingston", 10, 16),
    candidate("BGK", 19, 31, computed=True),
]
MARCH = [
    candidate("Bayside", 2, 4),
    candidate("Glen Eira", 5, 9),
    candidate("Kingston", 9, 15),
    candidate("BGK", 16, 28, computed=True),
]


def withheld(given: Protected, *places: str) -> list[ReleasedCell]:
    """The same cells, these withheld together with their denominators."""
    bare = {
        "value": None,
        "numerator": None,
        "denominator": None,
        "inputs": (),
        "conf_status": "D",
        "denominator_conf": "D",
    }
    return [
        one.cell.model_copy(update=bare) if one.cell.place.code in places else one.cell
        for one in MARCH
    ]


R1 = passed(JANUARY, wholes=BGK)
FIRST = released("R1", R1, JANUARY, wholes=BGK)


def test_r1_withholds_bayside_and_consequently_glen_eira_and_shows_the_total() -> None:
    assert codes(R1) == {"Bayside": "NF", "Glen Eira": "DF", "Kingston": "FF", "BGK": "FF"}
    assert [cell.denominator for cell in R1.cells if cell.conf_status != "F"] == ["5", "10"]
    assert (R1.primary, R1.secondary) == (1, 1)


def test_the_first_draft_of_r2_leaves_bayside_three_or_four_and_is_refused() -> None:
    draft = withheld(R1, "Bayside", "Glen Eira")
    found = audit(draft, MARCH, audience=DEPARTMENT, wholes=BGK, policy=POLICY, earlier=[FIRST])
    assert isinstance(found, Refused)
    assert found.reason == "too-few-values"


def test_who_insists_on_showing_kingston_is_refused() -> None:
    kingston = [place_of(one.cell) for one in MARCH if one.cell.place.code in ("Kingston", "BGK")]
    found = protect(
        MARCH,
        audience=DEPARTMENT,
        wholes=BGK,
        policy=POLICY,
        earlier=[FIRST],
        keep=kingston,
    )
    assert isinstance(found, Refused)
    risk = refusal(found)
    assert isinstance(risk, SmallNumbersAtRisk)
    assert "2 of 6 withheld figures could be worked out" in str(risk)


def test_what_takes_too_long_to_prove_is_refused_as_well() -> None:
    found = protect(
        MARCH, audience=DEPARTMENT, wholes=BGK, policy=POLICY, earlier=[FIRST], effort=1
    )
    assert isinstance(found, Refused)
    assert isinstance(refusal(found), NotToBeProtected)


def test_the_total_only_leaves_bayside_two_three_or_four_and_passes() -> None:
    draft = withheld(R1, "Bayside", "Glen Eira", "Kingston")
    found = audit(draft, MARCH, audience=DEPARTMENT, wholes=BGK, policy=POLICY, earlier=[FIRST])
    assert isinstance(found, Protected)
    stricter = POLICY.model_copy(update={"k": 4})  # five is ruled out: withholding signals small
    refused = audit(draft, MARCH, audience=DEPARTMENT, wholes=BGK, policy=stricter, earlier=[FIRST])
    assert isinstance(refused, Refused)


def test_r2_comes_to_the_total_only_by_itself() -> None:
    r2 = passed(MARCH, wholes=BGK, earlier=[FIRST])
    assert codes(r2) == {"Bayside": "NN", "Glen Eira": "DD", "Kingston": "DD", "BGK": "FF"}
    assert r2.compared == 1


def test_r2_says_how_many_were_taken_out_and_not_where() -> None:
    (told,) = passed(MARCH, wholes=BGK, earlier=[FIRST]).revisions
    assert told.since == FIRST.release_id
    assert told.numerator
    assert told.denominator
    assert (told.numerator.fewer, told.numerator.more) == (3, 0)
    assert (told.denominator.fewer, told.denominator.more) == (3, 0)
