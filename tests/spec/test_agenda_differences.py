"""What changed in the wording of the common agenda, from version to version, readable."""

from __future__ import annotations

from datetime import UTC, datetime

from services.agenda.domain.agreeing import CommonAgendaAdopted, Outcome
from services.agenda.domain.differences import differences
from tests.callers import named
from tests.spec.agenda_cast import DECISION

RETURN, REENGAGE = "They return to school.", "They re-engage in learning or work they choose."
ENGAGED, HEARD = map(named, ("engaged", "heard"))


def outcome(id, wording):
    return Outcome(outcome_id=id, title="Outcome", wording=wording)


def version(*outcomes, problem="They are lost.", principles=("With them.",)):
    return CommonAgendaAdopted(
        originator_id=named("agenda"),
        originator_version=1,
        timestamp=datetime(2022, 3, 16, tzinfo=UTC),
        agenda_version=1,
        decision_id=DECISION,
        problem=problem,
        vision="All thrive.",
        principles=principles,
        outcomes=outcomes,
    )


def told(earlier, later):
    return [(one.about, one.change, one.readable) for one in differences(earlier, later)]


FIRST = version(outcome(ENGAGED, RETURN))


def test_nothing_changed_is_no_difference():
    assert differences(FIRST, version(outcome(ENGAGED, RETURN))) == ()


def test_against_nothing_everything_is_new():
    assert told(None, FIRST) == [
        ("problem", "added", "{+They are lost.+}"),
        ("vision", "added", "{+All thrive.+}"),
        ("principle", "added", "{+With them.+}"),
        ("outcome", "added", "{+They return to school.+}"),
    ]


def test_a_reworded_outcome_shows_the_words_that_went_and_those_that_came():
    changed = differences(FIRST, version(outcome(ENGAGED, REENGAGE)))
    assert [one.readable for one in changed] == [
        "They [-return to school.-] {+re-engage in learning or work they choose.+}"
    ]
    assert changed[0].outcome_id == ENGAGED
    later = "".join(words.text for words in changed[0].words if words.change != "removed")
    assert later == REENGAGE


def test_an_outcome_is_followed_by_its_id_and_not_by_its_place():
    moved = version(outcome(HEARD, "They are heard."), outcome(ENGAGED, RETURN))
    assert told(FIRST, moved) == [("outcome", "added", "{+They are heard.+}")]
    assert told(moved, FIRST) == [("outcome", "removed", "[-They are heard.-]")]


def test_principles_are_compared_one_by_one():
    earlier = version(principles=("With them.", "In the open."))
    later = version(principles=("Never without them.", "In the open.", "Soon."))
    assert told(earlier, later) == [
        ("principle", "reworded", "[-With-] {+Never without+} them."),
        ("principle", "added", "{+Soon.+}"),
    ]


def test_one_word_of_a_long_problem_is_found_in_its_place():
    long = " ".join(f"word-{n % 40}" for n in range(450))
    changed = differences(version(problem=long), version(problem=long.replace("word-7 ", "x ", 1)))
    (found,) = [one for one in changed if one.about == "problem"]
    assert {words.text for words in found.words if words.change == "added"} == {"x "}
