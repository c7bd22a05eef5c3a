"""A data agreement is in force when all have signed, says enough, and ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from infra.kernel import DomainError
from services.measurement.domain.agreement import (
    AgreementIsOver,
    AgreementNotInState,
    DataAgreement,
    IndigenousDataAuthorityMissing,
    NotAParty,
    NotCovered,
    ReviewedFor,
    SignaturesMissing,
    SignedAlready,
    TermsIncomplete,
    TermsNotOver,
    TermsOver,
    TermsUnchanged,
)
from services.measurement.domain.agreement_facts import (
    DataAgreementActivated,
    DataAgreementDrafted,
    DataAgreementExpired,
    DataAgreementMarkedForReview,
    DataAgreementRevoked,
    DataAgreementSigned,
    DataAgreementSuspended,
    DataAgreementVaried,
    IndigenousDataAuthorityNamed,
)
from services.measurement.domain.terms import (
    OpenDataHasNoMinimumCell,
    PartyTwice,
    ProviderIsNoParty,
    Terms,
)
from services.measurement.domain.values import Place
from tests.callers import named
from tests.given import fact, given

BGK, LLEN, SCHOOL, FUNDER, I4 = map(named, ("bgk", "llen", "school", "funder", "I4"))
BAYSIDE = Place(scheme="asgs", edition="3", code="20801")
LAST = date(2023, 6, 30)
TERMS = Terms(
    parties=(LLEN, SCHOOL),
    providers=(SCHOOL,),
    recipients=(FUNDER,),
    purpose="See who is still engaged.",
    legal_basis="Consent.",
    min_count=5,
    retention="Seven years.",
    ends=LAST,
)
OPEN = Terms(parties=(LLEN,), purpose="Context.", licence="CC BY 4.0", credit="ABS")
STATUS = "Aboriginal status"


def but(terms: Terms = TERMS, **changes: Any) -> Terms:
    return Terms.model_validate({**dict(terms), **changes})


def drafted(terms: Terms = TERMS, kind: str = "partner-data") -> fact:
    return fact(DataAgreementDrafted, initiative_id=BGK, kind=kind, title="Engagement", terms=terms)


def signed(party: Any = LLEN, version: int = 1) -> fact:
    return fact(DataAgreementSigned, party=party, terms_version=version)


ALL_SIGNED = (signed(LLEN), signed(SCHOOL))
ACTIVATED = fact(DataAgreementActivated, terms_version=1, ends=LAST)
ACTIVE = (drafted(), *ALL_SIGNED, ACTIVATED)
SUSPENDED, REVOKED = fact(DataAgreementSuspended), fact(DataAgreementRevoked)
NAMED = fact(IndigenousDataAuthorityNamed, organisation=FUNDER, name="Boon Wurrung")


def activate(agreement: DataAgreement, today: date = LAST) -> None:
    agreement.activate(today=today)


def agreement(*facts: fact) -> given[DataAgreement]:
    return given(DataAgreement, *(facts or (drafted(),)))


def test_each_party_signs_the_terms_once():
    agreement().when(lambda a: a.sign(LLEN)).then(signed(LLEN))
    agreement(drafted(), signed(LLEN)).when(lambda a: a.sign(LLEN)).then_refused(SignedAlready)
    agreement().when(lambda a: a.sign(FUNDER)).then_refused(NotAParty)


def test_it_is_active_only_when_all_parties_have_signed():
    agreement(drafted(), *ALL_SIGNED).when(activate).then(ACTIVATED)
    agreement(drafted(), signed(LLEN)).when(activate).then_refused(SignaturesMissing)


@pytest.mark.parametrize("name", ["purpose", "legal_basis", "min_count", "retention", "ends"])
def test_partner_data_is_activated_with_complete_terms(name: str):
    terms = but(**{name: None})
    agreement(drafted(terms), *ALL_SIGNED).when(activate).then_refused(TermsIncomplete)


def test_partner_data_has_recipients():
    agreement(drafted(but(recipients=())), *ALL_SIGNED).when(activate).then_refused(TermsIncomplete)


@pytest.mark.parametrize("name", ["purpose", "licence", "credit"])
def test_open_data_has_a_licence_and_says_whom_to_credit(name: str):
    agreement(drafted(but(OPEN, **{name: None}), "open-data"), signed()).when(
        activate
    ).then_refused(TermsIncomplete)


def test_open_data_needs_no_end():
    agreement(drafted(OPEN, "open-data"), signed()).when(activate).then(
        fact(DataAgreementActivated, terms_version=1, ends=None)
    )


def test_terms_that_have_ended_are_not_activated():
    late = LAST + timedelta(days=1)
    agreement(drafted(), *ALL_SIGNED).when(lambda a: activate(a, late)).then_refused(TermsOver)


def test_what_is_active_is_not_activated_again():
    agreement(*ACTIVE).when(activate).then_refused(AgreementNotInState)


def test_strata_by_aboriginal_status_need_a_named_authority():
    by_status = drafted(but(strata=(STATUS,)))
    agreement(by_status, *ALL_SIGNED).when(activate).then_refused(IndigenousDataAuthorityMissing)
    agreement(by_status, *ALL_SIGNED, NAMED).when(activate).then(ACTIVATED)


def test_an_authority_is_named():
    agreement().when(lambda a: a.name_authority(organisation=FUNDER, name="Boon Wurrung")).then(
        NAMED
    )


def test_other_terms_are_signed_and_activated_anew():
    other = but(min_count=10)
    varied = fact(DataAgreementVaried, terms_version=2, terms=other)
    agreement(*ACTIVE).when(lambda a: a.vary(other)).then(varied)
    agreement(*ACTIVE).when(lambda a: a.vary(TERMS)).then_refused(TermsUnchanged)
    agreement(*ACTIVE, varied).when(activate).then_refused(SignaturesMissing)
    again = (signed(LLEN, 2), signed(SCHOOL, 2))
    agreement(*ACTIVE, varied, *again).when(activate).then(
        fact(DataAgreementActivated, terms_version=2, ends=LAST)
    )


def test_it_is_suspended_and_resumed():
    agreement(*ACTIVE).when(lambda a: a.suspend()).then(SUSPENDED)
    agreement().when(lambda a: a.suspend()).then_refused(AgreementNotInState)
    agreement(*ACTIVE, SUSPENDED).when(activate).then(ACTIVATED)


def test_it_is_revoked_in_every_state():
    for facts in ((drafted(),), ACTIVE, (*ACTIVE, SUSPENDED)):
        agreement(*facts).when(lambda a: a.revoke()).then(REVOKED)


def test_it_expires_after_its_last_day():
    expired = fact(DataAgreementExpired, ends=LAST)
    late = LAST + timedelta(days=1)
    agreement(*ACTIVE).when(lambda a: a.expire(today=late)).then(expired)
    agreement(*ACTIVE, SUSPENDED).when(lambda a: a.expire(today=late)).then(expired)
    agreement(*ACTIVE).when(lambda a: a.expire(today=LAST)).then_refused(TermsNotOver)
    agreement().when(lambda a: a.expire(today=late)).then_refused(AgreementNotInState)


@pytest.mark.parametrize("end", [REVOKED, fact(DataAgreementExpired, ends=LAST)])
def test_once_over_nothing_is_done_with_it(end: fact):
    over = agreement(*ACTIVE, end)
    for ask in (
        lambda a: a.sign(LLEN),
        activate,
        lambda a: a.vary(OPEN),
        lambda a: a.suspend(),
        lambda a: a.revoke(),
        lambda a: a.expire(today=LAST),
        lambda a: a.name_authority(organisation=FUNDER, name="x"),
        covering,
    ):
        over.when(ask).then_refused(AgreementIsOver)


def covering(agreement: DataAgreement, **changes: Any) -> None:
    asked = {"provider": SCHOOL, "indicator_id": I4, "place": BAYSIDE, "dimensions": (), "on": LAST}
    agreement.require_covering(**{**asked, **changes})


@pytest.mark.parametrize(
    ("limits", "asked"),
    [
        ({}, {"provider": LLEN}),
        ({}, {"on": LAST + timedelta(days=1)}),
        ({"starts": LAST}, {"on": LAST - timedelta(days=1)}),
        ({"indicators": (BGK,)}, {}),
        ({"places": (BAYSIDE.model_copy(update={"code": "20802"}),)}, {}),
        ({"strata": ()}, {"dimensions": ("Sex",)}),
    ],
)
def test_it_covers_what_its_terms_say(limits: dict[str, Any], asked: dict[str, Any]):
    facts = (drafted(but(**limits)), *ALL_SIGNED, ACTIVATED)
    agreement(*facts).when(lambda a: covering(a, **asked)).then_refused(NotCovered)


def test_what_is_not_limited_is_covered_while_it_is_active():
    agreement(*ACTIVE).when(lambda a: covering(a, dimensions=("Sex",))).then()
    limited = but(indicators=(I4,), places=(BAYSIDE,), strata=("Sex",), starts=LAST)
    agreement(drafted(limited), *ALL_SIGNED, ACTIVATED).when(
        lambda a: covering(a, dimensions=("Sex",))
    ).then()
    agreement().when(covering).then_refused(AgreementNotInState)
    agreement(*ACTIVE, SUSPENDED).when(covering).then_refused(AgreementNotInState)


@pytest.mark.parametrize("named_so", [STATUS, "Koori or not", "INDIGENOUS", "First Nations person"])
def test_a_series_by_aboriginal_status_is_covered_once_an_authority_is_named(named_so: str):
    def asks(a: DataAgreement) -> None:
        covering(a, dimensions=(named_so,))

    agreement(*ACTIVE).when(asks).then_refused(IndigenousDataAuthorityMissing)
    agreement(*ACTIVE, NAMED).when(asks).then()


@pytest.mark.parametrize(
    ("kind", "terms", "error"),
    [
        ("partner-data", but(parties=(LLEN, LLEN)), PartyTwice),
        ("partner-data", but(providers=(FUNDER,)), ProviderIsNoParty),
        ("open-data", but(OPEN, min_count=5), OpenDataHasNoMinimumCell),
    ],
)
def test_terms_that_contradict_themselves_are_refused(
    kind: Any, terms: Terms, error: type[DomainError]
):
    with pytest.raises(error):
        DataAgreement.draft(BGK, kind=kind, title="x", terms=terms)


def test_it_does_not_end_before_it_starts():
    with pytest.raises(ValidationError):
        but(starts=LAST + timedelta(days=1))


def test_when_a_party_leaves_it_is_looked_at_again_once():
    def asks(a: DataAgreement) -> None:
        a.mark_for_review(SCHOOL)

    marked = fact(DataAgreementMarkedForReview, organisation=SCHOOL)
    agreement(*ACTIVE).when(asks).then(marked)
    agreement(*ACTIVE, marked).when(asks).then_refused(ReviewedFor)
    agreement(*ACTIVE, fact(DataAgreementRevoked)).when(asks).then_refused(AgreementIsOver)
    agreement().when(lambda a: a.mark_for_review(FUNDER)).then_refused(NotAParty)
    found = agreement(*ACTIVE, marked).aggregate
    assert found.to_review == [SCHOOL]
    found.vary(but(parties=(LLEN,), providers=()))
    assert found.to_review == []
