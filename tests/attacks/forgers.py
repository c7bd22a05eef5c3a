"""Attacks of who holds the log's own key, and signs what ought not to be signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.attacks.attack import (
    CORRECTIONS,
    FIGURES,
    FORMATS,
    RELEASE,
    SINCE,
    SINCE_RELEASES,
    SMALL,
    TREE,
    WITNESSES,
    Attempt,
    attack,
)
from tests.bundles import (
    SIGNER,
    STRANGER,
    WITNESS,
    altered,
    asking,
    checkpoint_note,
    pack,
    replacing,
    unpacked,
)
from tests.callers import named
from tests.feeding import (
    BAYSIDE,
    GLEN_EIRA,
    KINGSTON,
    POLICY,
    ROOT,
    WHOLE,
    Log,
    cell,
    define,
    first,
    free,
    measure,
    release,
    scenario,
    second,
    three_fewer,
    withheld,
)

FIRST = [(BAYSIDE, 3, 5), (GLEN_EIRA, 6, 10), (KINGSTON, 10, 16)]
SECOND = [(BAYSIDE, 2, 4), (GLEN_EIRA, 5, 9), (KINGSTON, 9, 15)]
Cells = list[dict[str, Any]]


def released(change: Callable[[list[int]], Cells] = first, **instead: Any) -> Log:
    """A log with one release, in which something is wrong."""
    log = Log()
    define(log)
    release(log, change(measure(log, FIRST)), **instead)
    return log


def again(change: Callable[[list[int]], Cells], **instead: Any) -> Log:
    """A log with a second release, in which something is wrong."""
    log = released()
    options = {
        "number": 2,
        "replaces": FIRST_RELEASE,
        "revisions": [three_fewer(FIRST_RELEASE)],
        **instead,
    }
    release(log, change(measure(log, SECOND)), **options)
    return log


FIRST_RELEASE = named("release 1")


@attack("two funders are shown two histories of the same length")
def _() -> Attempt:
    return Attempt(pack(scenario(), 2), SINCE, previous=checkpoint_note(scenario()))


@attack("the history was written anew before it went on")
def _() -> Attempt:
    old = checkpoint_note(scenario(restated=False))
    return Attempt(pack(scenario(), 2), SINCE, previous=old)


@attack("a history that no witness saw")
def _() -> Attempt:
    return Attempt(pack(scenario(), cosigned=False), WITNESSES, policy=asking(WITNESS))


@attack("the witness's signature is of another checkpoint")
def _() -> Attempt:
    log = scenario()
    own = checkpoint_note(log, SIGNER)
    other = checkpoint_note(scenario(restated=False), WITNESS).rpartition("\n\n")[2]
    forged = altered(pack(log), {"log/checkpoint": (own + other).encode()}, seal=SIGNER)
    return Attempt(forged, WITNESSES, policy=asking(WITNESS))


@attack("somebody else cosigns in the witness's place")
def _() -> Attempt:
    other = replace(WITNESS, private=STRANGER.private)
    return Attempt(pack(scenario()), WITNESSES, policy=asking(other))


@attack("the log's own signature passes for a witness's")
def _() -> Attempt:
    return Attempt(pack(scenario(), cosigned=False), WITNESSES, policy=asking(SIGNER))


@attack("of two witnesses who must have seen it only one did")
def _() -> Attempt:
    other = replace(WITNESS, name="example.org/another-witness", private=STRANGER.private)
    return Attempt(pack(scenario()), WITNESSES, policy=asking(WITNESS, other, least="2"))


@attack("a policy asks for nobody it knows")
def _() -> Attempt:
    return Attempt(pack(scenario()), WITNESSES, policy=asking(WITNESS) + "quorum none\n")


@attack("a truncated log is shown with a valid older checkpoint")
def _() -> Attempt:
    log = scenario()
    now = checkpoint_note(log)
    cut = Log()
    cut.lines = log.lines[:18]
    return Attempt(pack(cut), SINCE, previous=now)


@attack("a truncated log stands under the checkpoint of the whole one")
def _() -> Attempt:
    log = scenario()
    cut = Log()
    cut.lines = log.lines[:18]
    whole = unpacked(pack(log))["log/checkpoint"]
    return Attempt(altered(pack(cut), {"log/checkpoint": whole}, seal=SIGNER), TREE)


@attack("a release names a log before it that never was")
def _() -> Attempt:
    wrong = {"checkpoint": scenario().checkpoint() | {"size": 3}}
    return Attempt(pack(released(feed_released=wrong)), SINCE_RELEASES)


@attack("a release names the checkpoint of another log")
def _() -> Attempt:
    log = Log()
    define(log)
    cells = first(measure(log, FIRST))
    other = log.checkpoint() | {"origin": "elsewhere.example/log/measurement"}
    release(log, cells, feed_released={"checkpoint": other})
    return Attempt(pack(log), SINCE_RELEASES)


@attack("a line is dated back before the one in front of it")
def _() -> Attempt:
    log = released()
    log.now -= timedelta(days=30)
    release(log, second([]), number=2, replaces=FIRST_RELEASE)
    return Attempt(pack(log), TREE)


@attack("a rate does not follow from its counts")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        return [*first(inputs)[:3], free(WHOLE, 19, 31, inputs, computed=True) | {"value": "71.3"}]

    return Attempt(pack(released(wrong)), FIGURES)


@attack("a total is not the sum of its parts")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        parts = [(BAYSIDE, 8, 15), (GLEN_EIRA, 6, 10), (KINGSTON, 10, 16)]
        cells = [free(p, n, d, []) for p, n, d in parts]
        return [*cells, free(WHOLE, 25, 41, inputs, computed=True)]

    return Attempt(pack(released(wrong)), FIGURES)


@attack("the parts are withheld, and the total is less than the one that is shown")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        return [*first(inputs)[:3], free(WHOLE, 9, 31, inputs, computed=True)]

    return Attempt(pack(released(wrong)), SMALL)


@attack("a figure is not what its line says")
def _() -> Attempt:
    def wrong(_: list[int]) -> Cells:
        certified = 11  # Kingston's, which the first release showed
        return [*second([])[:2], free(KINGSTON, 12, 16, [certified]), second([])[3]]

    return Attempt(pack(again(wrong), 2), FIGURES)


@attack("what is published is not what was approved")
def _() -> Attempt:
    return Attempt(pack(released(feed_released={"content_sha256": "0" * 64})), RELEASE)


@attack("something else was approved")
def _() -> Attempt:
    return Attempt(pack(released(feed_release_approved={"content_sha256": "0" * 64})), RELEASE)


@attack("fewer cells are said to be withheld than are")
def _() -> Attempt:
    return Attempt(pack(released(disclosure_control_applied={"primary": 0})), RELEASE)


@attack("who prepared the release approved it")
def _() -> Attempt:
    log = released(feed_release_approved={"by": {"actor": "person-preparer"}})
    return Attempt(pack(log), RELEASE)


@attack("the release was published before it was approved")
def _() -> Attempt:
    log = released(feed_release_approved=None)
    said = {"content_sha256": json.loads(log.lines[-1])["data"]["content_sha256"]}
    subject = f"{ROOT}/feed-release/{FIRST_RELEASE}"
    log.tell("feed-release-approved", subject, said, actor="person-approver")
    return Attempt(pack(log), RELEASE)


@attack("nobody approved the release")
def _() -> Attempt:
    return Attempt(pack(released(feed_release_approved=None)), RELEASE)


@attack("nobody said what the release is reliable enough for")
def _() -> Attempt:
    return Attempt(pack(released(reliability_determined=None)), RELEASE)


@attack("the release is made by weaker rules than its profile's")
def _() -> Attempt:
    weaker = {"policy": POLICY | {"min_count": 3, "k": 2}}
    return Attempt(pack(released(disclosure_control_applied=weaker)), RELEASE)


@attack("a release is published that says to replace another, and never does")
def _() -> Attempt:
    return Attempt(pack(again(second, feed_restated=None), 2), CORRECTIONS)


@attack("a release replaces another one without a reason")
def _() -> Attempt:
    log = again(second, feed_restated={"by": {"reason": ""}})
    return Attempt(pack(log, 2), CORRECTIONS)


@attack("a release replaces one that is not there")
def _() -> Attempt:
    return Attempt(pack(again(second, replaces=named("release 9")), 2), CORRECTIONS)


@attack("a number is left out")
def _() -> Attempt:
    log = released()
    release(log, second([]), number=3)
    return Attempt(pack(log, 3), CORRECTIONS)


@attack("a small count is shown")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        return [free(BAYSIDE, 3, 5, []), *first(inputs)[1:]]

    return Attempt(pack(released(wrong)), SMALL)


@attack("a withheld cell gives its numerator away")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        return [withheld(BAYSIDE, "N", 5, numerator="3"), *first(inputs)[1:]]

    return Attempt(pack(released(wrong)), SMALL)


@attack("a withheld cell gives away the lines that it follows from")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        return [withheld(BAYSIDE, "N", 5, inputs=inputs[:1]), *first(inputs)[1:]]

    return Attempt(pack(released(wrong)), SMALL)


@attack("a withheld cell is the total less all the others")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        return [first(inputs)[0], free(GLEN_EIRA, 6, 10, []), *first(inputs)[2:]]

    return Attempt(pack(released(wrong)), SMALL)


@attack("the total leaves a withheld cell only two values")
def _() -> Attempt:
    def wrong(inputs: list[int]) -> Cells:
        cells = [
            withheld(BAYSIDE, "N", 5),
            withheld(GLEN_EIRA, "D", 5),
            free(KINGSTON, 10, 16, inputs[2:3]),
        ]
        return [*cells, free(WHOLE, 18, 26, [], computed=True)]

    return Attempt(pack(released(wrong)), SMALL)


@attack("a second release gives away what the first withheld")
def _() -> Attempt:
    def naive(inputs: list[int]) -> Cells:
        return [
            withheld(BAYSIDE, "N", None),
            withheld(GLEN_EIRA, "D", None),
            free(KINGSTON, 9, 15, []),
            free(WHOLE, 16, 28, [], computed=True),
        ]

    return Attempt(pack(again(naive), 2), SMALL)


@attack("a second release shows a part that the first withheld, unchanged")
def _() -> Attempt:
    def naive(inputs: list[int]) -> Cells:
        return [first(inputs)[0], free(GLEN_EIRA, 6, 10, []), *first(inputs)[2:]]

    return Attempt(pack(again(naive, revisions=[unchanged()]), 2), SMALL)


def unchanged() -> dict[str, Any]:
    nothing = {"fewer": 0, "more": 0}
    return three_fewer(FIRST_RELEASE) | {"numerator": nothing, "denominator": nothing}


def people(where: dict[str, str], value: int | None, **said: Any) -> dict[str, Any]:
    """A count of people, out of nobody in particular."""
    figure = {} if value is None else {"value": str(value)}
    return cell(where, unit="persons", **figure, **said)


@attack("a withheld count is the total less all the others")
def _() -> Attempt:
    def wrong(_: list[int]) -> Cells:
        hidden = people(BAYSIDE, None, conf_status="N")
        shown = [people(GLEN_EIRA, 6), people(KINGSTON, 10), people(WHOLE, 19, computed=True)]
        return [hidden, *shown]

    return Attempt(pack(released(wrong)), SMALL)


@attack("a small count of people is shown")
def _() -> Attempt:
    return Attempt(pack(released(lambda _: [people(BAYSIDE, 3), people(KINGSTON, 10)])), SMALL)


@attack("a rate of four people is shown")
def _() -> Attempt:
    return Attempt(pack(released(lambda _: [free(BAYSIDE, 0, 4, [])])), SMALL)


def with_strata(old: str, new: str) -> Attempt:
    """The CSV, sealed anew, of a release whose figures are of an age and a sex."""

    def young_women(_: list[int]) -> Cells:
        return [free(KINGSTON, 10, 16, [], dimensions={"age": "15-19", "sex": "F"})]

    body = pack(released(young_women))
    edit = replacing(old, new)
    return Attempt(altered(body, {"release/bgk-department-1.csv": edit}, seal=SIGNER), FORMATS)


@attack("two strata of the CSV bear one another's names")
def _() -> Attempt:
    return with_strata(",age,sex,", ",sex,age,")


@attack("the CSV says of another stratum what was released of one")
def _() -> Attempt:
    return with_strata(",15-19,F,", ",15-19,M,")


@attack("two columns of the CSV are called the value")
def _() -> Attempt:
    return with_strata("place_label", "value")


@attack("those who were not counted are few, and the rules protect them")
def _() -> Attempt:
    log = Log()
    define(log)
    both = {"policy": POLICY | {"protect_complement": True}}
    release(log, [free(BAYSIDE, 98, 100, [])], disclosure_control_applied=both)
    return Attempt(pack(log), SMALL)


@attack("a part in a stratum is more than all that its figure leaves")
def _() -> Attempt:
    def wrong(_: list[int]) -> Cells:
        women = withheld(KINGSTON, "D", 16, dimensions={"sex": "F"})
        return [women, free(KINGSTON, 6, 16, [])]

    return Attempt(pack(released(wrong)), SMALL)
