"""Of the counts of an additive group: strata never exceed their total, whoever comes first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.measurement.domain.definition import Definition, Stratum
from services.measurement.domain.findings import INVARIANTS, Comparing
from services.measurement.domain.rules import additive_rules, rules_for
from tests.callers import named
from tests.spec.staged import BAYSIDE, KINGSTON, STATED, lines, round_of, row, series

SEX = Stratum(name="Sex", additive=True, codes=("Female", "Male", "Other"))
COUNT = Definition(
    name="Young people supported",
    unit="people",
    level="performance",
    polarity="neither",
    method="counted at the referral desk",
    strata=(SEX,),
)
SHARE = COUNT.model_copy(update={"numerator": "engaged", "denominator": "supported"})
RATIO = SHARE.model_copy(update={"method": None, "unit": "%"})
YEARS, STRATA = (2020, 2021), (None, "Female", "Male", "Other")


def narrowed(sex: str | None) -> dict[str, str]:
    return {} if sex is None else {"Sex": sex}


arrivals = st.lists(
    st.dictionaries(
        st.tuples(st.sampled_from(STRATA), st.sampled_from(YEARS)),
        st.decimals(0, 30, places=1) | st.none(),
        min_size=1,
        max_size=8,
    ),
    max_size=8,
)


@settings(max_examples=80)
@given(arrivals)
def test_whatever_the_order_of_arrival_strata_never_exceed_the_total(batches):
    (rule,) = additive_rules(COUNT)
    stands: dict[tuple[str | None, int], str | None] = {}
    for batch in batches:
        said = {cell: None if value is None else f"{value:f}" for cell, value in batch.items()}
        numbered = {cell: line for line, cell in enumerate(said, 2)}
        staged = [
            series(
                [row(y, said[sex, y], line=numbered[sex, y]) for y in YEARS if (sex, y) in said],
                standing={y: stands[sex, y] for y in YEARS if (sex, y) in stands},
                **narrowed(sex),
            )
            for sex in STRATA
        ]
        refused = set(lines(rule, *staged))
        stands |= {cell: said[cell] for cell in said if numbered[cell] not in refused}
        for year in YEARS:
            total = stands.get((None, year))
            parts = [stands.get((sex, year)) for sex in STRATA if sex]
            if total is not None:
                assert sum(Decimal(part) for part in parts if part) <= Decimal(total)


def test_of_a_share_its_numerators_and_denominators_add_up_and_not_its_values():
    total = series([row(2021, "50", line=1, numerator="5", denominator="10")])
    women = series([row(2021, "80", line=2, numerator="4", denominator="5")], Sex="Female")
    men = series([row(2021, "40", line=3, numerator="2", denominator="5")], Sex="Male")
    numerators, denominators = additive_rules(SHARE)
    assert lines(numerators, total, women, men) == [1, 2, 3]
    assert lines(denominators, total, women, men) == []


def test_a_stratum_that_the_group_does_not_have_is_not_added():
    (rule,) = additive_rules(COUNT)
    unknown = series({2021: "99"}, Sex="Not stated")
    assert lines(rule, series({2021: "10"}), unknown) == []


def test_the_rule_of_the_definition_blocks_and_no_explanation_lifts_it():
    (rule,) = additive_rules(COUNT)
    staged = [series({2021: "1"}), series({2021: "2"}, Sex="Male")]
    found = list(rule.find(staged, round_of()))
    assert {one.severity for one in found} == {"blocking"}
    assert {one.rule for one in found} <= INVARIANTS


def test_what_holds_for_an_indicator_is_its_own_and_what_the_framework_says_of_it():
    def stated(code: str, *indicators: str) -> object:
        criterion = {"kind": "range", "minimum": "0"}
        whose = {"indicators": [named(one) for one in indicators]} if indicators else {}
        return STATED.validate_python({"code": code, "criterion": criterion, **whose})

    rules = rules_for(named("I1"), COUNT, [stated("all"), stated("I1", "I1"), stated("I2", "I2")])
    assert [rule.code for rule in rules] == ["strata-above-total", "all", "I1"]
    shares = [rule.code for rule in rules_for(named("I1"), RATIO, ())]
    assert shares == ["value-not-its-formula", "strata-above-total", "strata-above-total"]
    assert rules_for(named("I1"), None, ()) == []


def test_codes_of_a_stratum_are_each_named_once_and_the_total_is_none_of_them():
    for codes in (("Female",), ("Female", "Female"), ("Female", "_T")):
        with pytest.raises(ValidationError):
            Stratum(name="Sex", additive=True, codes=codes)


def test_a_rule_asks_for_the_totals_and_strata_that_nobody_sent_now():
    (rule,) = additive_rules(COUNT)
    assert isinstance(rule, Comparing)
    sent = [series({2021: "4"}, Sex="Female", Age="15-19"), series({2021: "9"}, place=KINGSTON)]
    wanted = [(place.code, dict(dimensions)) for place, dimensions in rule.beside(sent)]
    assert wanted == [
        (BAYSIDE.code, {"Age": "15-19"}),
        (BAYSIDE.code, {"Age": "15-19", "Sex": "Male"}),
        (BAYSIDE.code, {"Age": "15-19", "Sex": "Other"}),
        (KINGSTON.code, {"Sex": "Female"}),
        (KINGSTON.code, {"Sex": "Male"}),
        (KINGSTON.code, {"Sex": "Other"}),
    ]
