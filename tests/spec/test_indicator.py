"""An indicator means the same to everybody, and its terms, baselines and targets have a history."""

from __future__ import annotations

from typing import Any

import pytest

from infra.kernel import Claim, DomainError
from services.measurement.domain.aim import Aim, Baseline, Target
from services.measurement.domain.aims import (
    BaselineEstablished,
    BaselineMissing,
    BaselineUnchanged,
    NoSuchTarget,
    NothingToCarryOver,
    RevisionRequested,
    TargetOfAnEndedSeries,
    TargetRevised,
    TargetRevisionRequested,
    TargetSet,
    TargetStands,
    TargetUnchanged,
    TargetWithdrawn,
)
from services.measurement.domain.definition import Check, Definition, Formula, Stratum
from services.measurement.domain.formula import (
    ComputedByFormula,
    FormulaGoesInCircles,
    FormulaInputNotDefined,
    FormulaNamesNobody,
    FormulaNotUnderstood,
    FormulaUnitsDiffer,
    Known,
)
from services.measurement.domain.indicator import (
    CODE,
    AlreadyAdopted,
    AlreadyDefined,
    DefinitionIncomplete,
    DefinitionUnchanged,
    Deprecated,
    Indicator,
    IndicatorAdopted,
    IndicatorDefined,
    IndicatorDefinitionChanged,
    IndicatorDeprecated,
    IndicatorDesignAssessed,
    IndicatorProposed,
    NotYetDefined,
    UnitChangeIsNoComparison,
)
from services.measurement.domain.mapped import MAPPING, AlreadyMapped, IndicatorMapped
from services.measurement.domain.values import Place
from tests.callers import named
from tests.given import SOMETHING, fact, given

TEN_WEEKS = Definition(
    name="Still engaged after 10 weeks",
    unit="%",
    level="performance",
    polarity="higher-is-better",
    numerator="engaged",
    denominator="supported",
    source="referral desk",
    custodian="Southern Bay LLEN",
    frequency="half-yearly",
    strata=(Stratum(name="Sex"),),
    suppression_class="small-cells",
)
THIRTEEN_WEEKS = TEN_WEEKS.model_copy(update={"name": "Still engaged after 13 weeks"})
PROPOSED = fact(IndicatorProposed, initiative_id=named("bgk"), code="I4", name="Engaged")
DEFINED = fact(IndicatorDefined, version=1, definition=TEN_WEEKS)
ADOPTED = fact(IndicatorAdopted, version=1, decision_id=None)
DEPRECATED = fact(IndicatorDeprecated, version=1)
BROKEN_OFF = fact(
    IndicatorDefinitionChanged,
    version=2,
    definition=THIRTEEN_WEEKS,
    comparable=False,
    series_version=2,
)
BASELINE = Baseline(value="50", dimensions={})
ESTABLISHED = fact(BaselineEstablished, version=1, baseline=BASELINE)
D6, D7 = named("decision 6"), named("decision 7")
BAYSIDE = Place(scheme="asgs", edition="3", code="20801")


def target(value: str = "60", version: int = 1, **more: Any) -> Target:
    terms = {"target_id": named("target"), "decision_id": D6, "dimensions": {}}
    return Target(**terms | more, value=value, version=version)


SET = fact(TargetSet, target=target(), no_baseline_yet=False, carried_over_from=None)


def test_a_proposed_indicator_takes_its_code_in_its_initiative():
    proposed = Indicator(named("bgk"), "I4", "Engaged").collect_events()[0]
    assert list(proposed.claims()) == [Claim(CODE, f"{named('bgk')}/I4")]


def test_it_is_defined_once():
    given(Indicator, PROPOSED).when(lambda i: i.define(TEN_WEEKS)).then(DEFINED)
    again = given(Indicator, PROPOSED, DEFINED)
    again.when(lambda i: i.define(THIRTEEN_WEEKS)).then_refused(AlreadyDefined)


def test_a_comparable_change_goes_on_with_the_series():
    given(Indicator, PROPOSED, DEFINED).when(
        lambda i: i.change_definition(THIRTEEN_WEEKS, comparable=True)
    ).then(
        fact(
            IndicatorDefinitionChanged,
            version=2,
            definition=THIRTEEN_WEEKS,
            comparable=True,
            series_version=1,
        )
    )


def test_a_change_that_is_not_comparable_begins_new_series_and_wants_to_be_adopted_anew():
    given(Indicator, PROPOSED, DEFINED).when(
        lambda i: i.change_definition(THIRTEEN_WEEKS, comparable=False)
    ).then(BROKEN_OFF)
    given(Indicator, PROPOSED, DEFINED, ADOPTED, BROKEN_OFF).when(Indicator.adopt).then(
        fact(IndicatorAdopted, version=2, decision_id=None)
    )


def test_a_change_changes_something_and_another_unit_is_never_comparable():
    indicator = given(Indicator, PROPOSED, DEFINED)
    indicator.when(lambda i: i.change_definition(TEN_WEEKS, comparable=True)).then_refused(
        DefinitionUnchanged
    )
    counts = TEN_WEEKS.model_copy(update={"unit": "persons"})
    indicator.when(lambda i: i.change_definition(counts, comparable=True)).then_refused(
        UnitChangeIsNoComparison
    )


def test_its_design_is_assessed_against_a_checklist():
    checks = [Check(item="relevant", met=True), Check(item="timely", met=False, note="late")]
    given(Indicator, PROPOSED, DEFINED).when(lambda i: i.assess_design("fabric", checks)).then(
        fact(IndicatorDesignAssessed, version=1, checklist="fabric", checks=tuple(checks))
    )


def test_a_complete_definition_is_adopted_once():
    given(Indicator, PROPOSED, DEFINED).when(lambda i: i.adopt(D6)).then(
        fact(IndicatorAdopted, version=1, decision_id=D6)
    )
    given(Indicator, PROPOSED, DEFINED, ADOPTED).when(Indicator.adopt).then_refused(AlreadyAdopted)


@pytest.mark.parametrize(
    "lacking",
    [
        {"numerator": None},
        {"denominator": None},
        {"source": None},
        {"custodian": None},
        {"frequency": None},
        {"suppression_class": None},
        {"strata": ()},
        {"level": "population"},
    ],
    ids=str,
)
def test_adoption_needs_every_term_and_population_level_an_equity_stratum(lacking: dict[str, Any]):
    unfinished = TEN_WEEKS.model_copy(update=lacking)
    indicator = given(Indicator, PROPOSED, fact(IndicatorDefined, version=1, definition=unfinished))
    indicator.when(Indicator.adopt).then_refused(DefinitionIncomplete)


def test_a_method_stands_for_numerator_and_denominator():
    by_method = TEN_WEEKS.model_copy(
        update={"numerator": None, "denominator": None, "method": "median of days"}
    )
    assert by_method.lacks() == []


def test_nothing_can_be_said_of_what_is_only_proposed():
    indicator = given(Indicator, PROPOSED)
    for ask in (
        Indicator.adopt,
        lambda i: i.change_definition(TEN_WEEKS, comparable=True),
        lambda i: i.assess_design("fabric", []),
        lambda i: i.establish_baseline(BASELINE),
        lambda i: i.set_target(Aim(value="1"), decision_id=D6, no_baseline_yet=True),
        lambda i: i.defined,
    ):
        indicator.when(ask).then_refused(NotYetDefined)


def test_it_is_deprecated_once_and_then_nothing_is_recorded_under_it():
    given(Indicator, PROPOSED, DEFINED).when(Indicator.deprecate).then(DEPRECATED)
    indicator = given(Indicator, PROPOSED, DEFINED, DEPRECATED)
    for ask in (
        Indicator.deprecate,
        Indicator.adopt,
        lambda i: i.define(TEN_WEEKS),
        lambda i: i.establish_baseline(BASELINE),
        lambda i: i.defined,
    ):
        indicator.when(ask).then_refused(Deprecated)


WHOSE_CODE: dict[str, Any] = {"initiative_id": named("bgk"), "scheme": "SDG", "code": "8.6.1"}


def test_an_external_code_is_taken_in_its_initiative():
    mapped = fact(IndicatorMapped, **WHOSE_CODE, comparable=True, again=False)
    indicator = given(Indicator, PROPOSED)
    indicator.when(lambda i: i.map_code("SDG", "8.6.1")).then(mapped)
    again = given(Indicator, PROPOSED, mapped)
    again.when(lambda i: i.map_code("SDG", "8.6.1")).then_refused(AlreadyMapped)
    event = mapped(originator_id=SOMETHING, originator_version=2)
    assert list(event.claims()) == [Claim(MAPPING, f"{named('bgk')}/SDG/8.6.1")]


def test_that_it_does_not_compare_with_others_of_its_code_is_said_and_taken_back():
    mapped = fact(IndicatorMapped, **WHOSE_CODE)
    apart = fact(IndicatorMapped, **WHOSE_CODE, comparable=False, again=True)
    given(Indicator, PROPOSED, mapped).when(
        lambda i: i.map_code("SDG", "8.6.1", comparable=False)
    ).then(apart)
    again = given(Indicator, PROPOSED, mapped, apart)
    again.when(lambda i: i.map_code("SDG", "8.6.1", comparable=False)).then_refused(AlreadyMapped)
    again.when(lambda i: i.map_code("SDG", "8.6.1")).then(
        fact(IndicatorMapped, **WHOSE_CODE, comparable=True, again=True)
    )
    event = apart(originator_id=SOMETHING, originator_version=3)
    assert list(event.claims()) == []


def test_a_baseline_is_established_for_the_whole_or_for_a_place():
    indicator = given(Indicator, PROPOSED, DEFINED)
    indicator.when(lambda i: i.establish_baseline(BASELINE)).then(ESTABLISHED)
    again = given(Indicator, PROPOSED, DEFINED, ESTABLISHED)
    again.when(lambda i: i.establish_baseline(BASELINE)).then_refused(BaselineUnchanged)
    of_place = BASELINE.model_copy(update={"place": BAYSIDE})
    again.when(lambda i: i.establish_baseline(of_place)).then(
        fact(BaselineEstablished, version=1, baseline=of_place)
    )


def test_a_target_needs_a_baseline_of_its_place_or_word_that_there_is_none_yet():
    aim = Aim(value="60")
    indicator = given(Indicator, PROPOSED, DEFINED, ESTABLISHED).aggregate
    with pytest.raises(BaselineMissing):
        indicator.set_target(Aim(value="60", place=BAYSIDE), decision_id=D6, no_baseline_yet=False)
    indicator.set_target(aim, decision_id=D6, no_baseline_yet=False)
    indicator.set_target(Aim(value="1", place=BAYSIDE), decision_id=D6, no_baseline_yet=True)
    first, second = indicator.collect_events()
    assert (first.target.value, first.no_baseline_yet) == ("60", False)
    assert (second.target.place, second.no_baseline_yet) == (BAYSIDE, True)
    assert first.target.version == 1
    assert first.target.decision_id == D6


def test_there_is_one_target_for_a_period_place_and_stratum():
    indicator = given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET)
    indicator.when(
        lambda i: i.set_target(Aim(value="70"), decision_id=D7, no_baseline_yet=False)
    ).then_refused(TargetStands)


def test_a_target_is_revised_by_a_decision():
    now = target("65", decision_id=D7)
    indicator = given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET)
    indicator.when(lambda i: i.revise_target(named("target"), "65", decision_id=D7)).then(
        fact(TargetRevised, was="60", target=now, adaptation_id=None)
    )
    same = given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET)
    same.when(lambda i: i.revise_target(named("target"), "60.0", decision_id=D7)).then_refused(
        TargetUnchanged
    )


def test_a_target_has_a_tolerance_that_is_revised_like_its_value():
    within = fact(TargetSet, target=target("60", tolerance="2"), no_baseline_yet=False)
    told = PROPOSED, DEFINED, ESTABLISHED, within
    kept = target("65", decision_id=D7, tolerance="2")
    given(Indicator, *told).when(
        lambda i: i.revise_target(named("target"), "65", decision_id=D7)
    ).then(fact(TargetRevised, was="60", target=kept, adaptation_id=None))
    wider = target("60", decision_id=D7, tolerance="3")
    given(Indicator, *told).when(
        lambda i: i.revise_target(named("target"), "60", decision_id=D7, tolerance="3")
    ).then(fact(TargetRevised, was="60", target=wider, adaptation_id=None))
    given(Indicator, *told).when(
        lambda i: i.revise_target(named("target"), "60", decision_id=D7, tolerance="2.0")
    ).then_refused(TargetUnchanged)


def test_a_learning_cycle_asks_for_another_target_until_one_is_revised_because_of_it():
    def asks(indicator: Indicator) -> None:
        indicator.request_revision(named("adaptation"), "65 %")

    asked = fact(TargetRevisionRequested, adaptation_id=named("adaptation"), what="65 %")
    given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET).when(asks).then(asked)
    before = given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET, asked)
    before.when(asks).then_refused(RevisionRequested)
    indicator = before.aggregate
    indicator.revise_target(
        named("target"), "65", decision_id=D7, adaptation_id=named("adaptation")
    )
    assert indicator.asked == {}


def test_a_target_is_withdrawn_and_then_there_is_none():
    indicator = given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET)
    indicator.when(lambda i: i.withdraw_target(named("target"))).then(
        fact(TargetWithdrawn, target=target())
    )
    for ask in (
        lambda i: i.withdraw_target(named("target")),
        lambda i: i.carry_over_target(named("target")),
        lambda i: i.revise_target(named("target"), "1", decision_id=D7),
    ):
        indicator.when(ask).then_refused(NoSuchTarget)


def test_after_a_break_a_target_is_carried_over_before_it_can_be_revised():
    indicator = given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET, BROKEN_OFF)
    indicator.when(lambda i: i.revise_target(named("target"), "65", decision_id=D7)).then_refused(
        TargetOfAnEndedSeries
    )
    indicator.aggregate.carry_over_target(named("target"))
    carried = indicator.aggregate.collect_events()[0]
    assert carried.carried_over_from == named("target")
    assert (carried.target.value, carried.target.version, carried.no_baseline_yet) == (
        "60",
        2,
        True,
    )
    assert list(indicator.aggregate.targets) == [carried.target.target_id]


def test_a_target_of_the_present_series_is_not_carried_over():
    indicator = given(Indicator, PROPOSED, DEFINED, ESTABLISHED, SET)
    indicator.when(lambda i: i.carry_over_target(named("target"))).then_refused(NothingToCarryOver)


class TestAFormula:
    """I7 is computed from I4 and I5."""

    BY_SCHOOL = TEN_WEEKS.model_copy(
        update={"unit": "1", "formula": Formula(text="ratio(I4, I5)", decimals=2)}
    )
    PROPOSED = fact(IndicatorProposed, initiative_id=named("bgk"), code="I7", name="By school")

    def known(self, **more: Definition | None) -> Known:
        return {"I4": TEN_WEEKS, "I5": TEN_WEEKS, **more}

    def test_it_is_part_of_the_definition(self) -> None:
        given(Indicator, self.PROPOSED).when(
            lambda i: i.define(self.BY_SCHOOL, known=self.known())
        ).then(fact(IndicatorDefined, version=1, definition=self.BY_SCHOOL))

    def test_it_says_by_itself_how_the_indicator_is_measured(self) -> None:
        bare = self.BY_SCHOOL.model_copy(update={"numerator": None, "denominator": None})
        assert bare.lacks() == []

    @pytest.mark.parametrize(
        ("text", "known", "refusal"),
        [
            ("ratio(I4", {}, FormulaNotUnderstood),
            ("ratio(I4, I9)", {}, FormulaNamesNobody),
            ("I4 + I8", {"I8": None}, FormulaInputNotDefined),
            ("ratio(I7, I4)", {}, FormulaGoesInCircles),
            ("I4", {}, FormulaUnitsDiffer),
            ("I4 + I5 / 2 [days]", {}, FormulaUnitsDiffer),
        ],
    )
    def test_what_cannot_be_computed_is_refused(
        self, text: str, known: dict[str, Any], refusal: type[DomainError]
    ) -> None:
        terms = self.BY_SCHOOL.model_copy(update={"formula": Formula(text=text)})
        given(Indicator, self.PROPOSED).when(
            lambda i: i.define(terms, known=self.known(**known))
        ).then_refused(refusal)

    def test_a_circle_through_others_is_refused(self) -> None:
        through = self.BY_SCHOOL.model_copy(update={"formula": Formula(text="ratio(I7, I4)")})
        terms = self.BY_SCHOOL.model_copy(update={"formula": Formula(text="I8 * ratio(I4, I5)")})
        given(Indicator, self.PROPOSED).when(
            lambda i: i.define(terms, known=self.known(I8=through))
        ).then_refused(FormulaGoesInCircles)

    def test_another_formula_is_another_version_of_the_definition(self) -> None:
        other = self.BY_SCHOOL.model_copy(update={"formula": Formula(text="ratio(I5, I4)")})
        first = fact(IndicatorDefined, version=1, definition=self.BY_SCHOOL)
        given(Indicator, self.PROPOSED, first).when(
            lambda i: i.change_definition(other, comparable=False, known=self.known())
        ).then(
            fact(
                IndicatorDefinitionChanged,
                version=2,
                definition=other,
                comparable=False,
                series_version=2,
            )
        )

    def test_no_value_is_recorded_where_a_formula_computes_it(self) -> None:
        first = fact(IndicatorDefined, version=1, definition=self.BY_SCHOOL)
        given(Indicator, self.PROPOSED, first).when(lambda i: i.recorded).then_refused(
            ComputedByFormula
        )
