"""What is withheld of a table, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.measurement.domain.disclosure import (
    Candidate,
    Earlier,
    Protected,
    Refused,
    place_of,
    protect,
)
from services.measurement.domain.disclosure.readers import EarlierCellUntold
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_terms import Policy
from tests.disclosing import DEPARTMENT, POLICY, PUBLIC, candidate, codes, passed, released, whole

ABC = [whole("all", ["a", "b", "c"])]


def only(candidates: Sequence[Candidate], policy: Policy = POLICY) -> ReleasedCell:
    (cell,) = passed(candidates, policy=policy).cells
    return cell


@pytest.mark.parametrize(("people", "code"), [(0, "N"), (1, "N"), (4, "N"), (5, "F")])
def test_counts_of_fewer_than_five_are_withheld(people: int, code: str) -> None:
    assert only([candidate("a", people)]).conf_status == code


def test_nobody_is_shown_only_where_the_policy_says_so() -> None:
    assert only([candidate("a", 0)], Policy(show_zero=True)).value == "0"


def test_a_withheld_cell_says_nothing_of_its_rate_its_count_and_its_lines() -> None:
    cell = only([candidate("a", 3, 50)])
    assert (cell.value, cell.numerator, cell.inputs, cell.flag) == (None, None, (), None)
    assert cell.denominator == "50"


def test_a_small_denominator_is_withheld_with_all_that_stands_on_it() -> None:
    cell = only([candidate("a", 4, 4)])
    assert (cell.denominator, cell.denominator_conf, cell.conf_status) == (None, "N", "N")


def test_places_of_few_people_are_withheld_at_population_level() -> None:
    small = candidate("a", 40, 299, level="population")
    assert codes(passed([small])) == {"a": "NN"}
    assert codes(passed([candidate("a", 40, 300, level="population")])) == {"a": "FF"}
    assert codes(passed([candidate("a", 40, 299)])) == {"a": "FF"}


def test_rates_of_few_events_are_flagged_or_not_given() -> None:
    assert only([candidate("a", 19, 50)]).flag == "volatile"
    assert only([candidate("a", 20, 50)]).flag is None
    hidden = only([candidate("a", 19, 50)], Policy(volatile_rates="hide"))
    assert (hidden.value, hidden.flag, hidden.conf_status) == (None, "volatile", "F")


def test_those_not_counted_are_protected_where_the_policy_says_so() -> None:
    all_but_two = [candidate("a", 48, 50)]
    assert only(all_but_two).conf_status == "F"
    assert only(all_but_two, Policy(protect_complement=True)).conf_status == "N"


def test_a_rate_that_gives_a_small_count_away_is_withheld() -> None:
    """Nobody says the numerator; 6 % of 50 are three."""
    for people, code in ((3, "N"), (30, "F")):
        told = candidate("a", people, 50)
        bare = told.cell.model_copy(update={"numerator": None})
        assert only([told._replace(cell=bare)]).conf_status == code


def test_what_does_not_count_people_is_not_withheld() -> None:
    assert only([candidate("a", 3, unit="days")]).value == "3"
    assert only([candidate("a", 3, small_matters=False)]).value == "3"


def test_one_more_part_is_withheld_so_that_the_total_does_not_tell() -> None:
    cells = [candidate("a", 2), candidate("b", 30), candidate("c", 12), candidate("all", 44)]
    assert codes(passed(cells, wholes=ABC)) == {"a": "N", "b": "F", "c": "D", "all": "F"}


def test_a_part_that_is_not_in_the_release_is_protected_as_well() -> None:
    """All less a and b are three people in c."""
    cells = [candidate("a", 20), candidate("b", 30), candidate("all", 53)]
    assert sorted(codes(passed(cells, wholes=ABC)).values()) == ["D", "F", "F"]


def test_strata_are_parts_of_what_says_nothing_of_them() -> None:
    sexes = [candidate("a", n, dimensions={"Sex": sex}) for sex, n in (("F", 3), ("M", 20))]
    found = passed([*sexes, candidate("a", 23)])
    assert [cell.conf_status for cell in found.cells] == ["N", "D", "F"]


def test_people_of_no_stratum_are_not_given_away_by_the_others() -> None:
    sexes = [candidate("a", n, dimensions={"Sex": sex}) for sex, n in (("F", 30), ("M", 20))]
    assert passed([*sexes, candidate("a", 52)]).secondary == 1


def test_what_was_withheld_stays_so_while_nothing_changes() -> None:
    cells = [candidate("a", 2), candidate("b", 30), candidate("c", 12), candidate("all", 44)]
    first = released("R1", passed(cells, wholes=ABC), cells, wholes=ABC)
    later = passed(cells[:3], earlier=[first])  # without the total nothing would give it away
    assert codes(later) == {"a": "N", "b": "F", "c": "D"}


def test_what_everybody_has_is_held_against_what_one_organisation_has() -> None:
    parts = [candidate("a", 2), candidate("b", 30), candidate("c", 12)]
    first = released("R1", passed(parts), parts, wholes=ABC)
    total = [candidate("all", 44)]
    refused = protect(
        total,
        audience=PUBLIC,
        wholes=ABC,
        policy=POLICY,
        earlier=[first],
        keep=[place_of(total[0].cell)],
    )
    assert isinstance(refused, Refused)
    found = passed(total, audience=PUBLIC, wholes=ABC, earlier=[first])
    assert codes(found) == {"all": "D"}


def test_what_was_shown_once_is_not_protected_any_more() -> None:
    cells = [candidate("a", 7), candidate("b", 30)]
    first = released("R1", passed(cells), cells)
    stricter = passed(cells, policy=Policy(min_count=10), earlier=[first])
    assert codes(stricter) == {"a": "N", "b": "F"}


def test_figures_of_two_days_that_do_not_add_up_are_not_added_up() -> None:
    """The second release and the third name no place in common, so nothing says that anything
    changed in between; yet B had six then, and A and B together have three now."""
    rules, wholes = Policy(k=4), [whole("all", "abcd"), whole("west", "ab")]
    days = [
        {"a": 4, "b": 2, "c": 1, "d": 0, "all": 7, "west": 6},
        {"b": 6, "d": 7},
        {"c": 3, "all": 13, "west": 3},
    ]
    earlier: list[Earlier] = []
    for number, day in enumerate(days):
        truth = [candidate(code, count, level="population") for code, count in day.items()]
        found = protect(truth, audience=DEPARTMENT, wholes=wholes, policy=rules, earlier=earlier)
        if isinstance(found, Protected):
            earlier.append(released(f"R{number}", found, truth, wholes=wholes, policy=rules))
    assert found == Refused("too-few-values", 10, 2)


def test_who_knows_that_one_fell_learns_nothing_of_others_from_how_many_fewer_there_are() -> None:
    """Five of A and one of D, the total lacking B and C; then nobody of either. Six fewer, of whom
    five were A's: one was D's."""
    rules = Policy(show_zero=True, k=2)
    wholes = [whole("all", ["a", "b", "c", "d"])]
    before = [candidate("a", 5), candidate("d", 1), candidate("all", 12)]
    given = passed(before, wholes=wholes, policy=rules)
    assert codes(given) == {"a": "F", "d": "N", "all": "F"}
    first = released("R1", given, before, wholes=wholes, policy=rules)
    now = [candidate(code, count) for code, count in zip("abcd", (0, 8, 5, 0), strict=True)]
    found = protect(now, audience=DEPARTMENT, wholes=wholes, policy=rules, earlier=[first])
    assert found == Refused("too-few-values", 1, 1)


def test_too_much_work_is_refused_and_so_are_too_few_values_by_counts_only() -> None:
    cells = [candidate("a", 2), candidate("b", 30), candidate("c", 12), candidate("all", 44)]
    asked = {"audience": DEPARTMENT, "wholes": ABC, "policy": POLICY}
    assert protect(cells, **asked, effort=3) == Refused("too-large", 1, 1)
    everything = [place_of(one.cell) for one in cells]
    assert protect(cells, **asked, keep=everything) == Refused("too-few-values", 1, 1)


def test_an_earlier_release_of_which_nobody_knows_what_it_was_made_from_is_not_guessed() -> None:
    cells = [candidate("a", 7)]
    found = passed(cells)
    assert isinstance(found, Protected)
    release = released("R1", found, cells)
    untold = Earlier(*release[:-1], truth=())
    with pytest.raises(EarlierCellUntold, match="1 cells, 0 of them known"):
        passed(cells, earlier=[untold])
