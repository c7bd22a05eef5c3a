"""How parties come into a partnership, change in it, and leave it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from services.agenda.domain import Partnership
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.partner import (
    ChampionNamed,
    PartnerAgreementLapsed,
    PartnerAgreementRenewed,
    PartnerDelegated,
    PartnerDelegationRevoked,
    PartnerInvited,
    PartnerJoined,
    PartnerRoleChanged,
    PartnerWithdrew,
)
from services.agenda.domain.partnership import (
    AlreadyPartner,
    ChampionOfNobody,
    DelegatedAlready,
    DelegatesToItself,
    NamesAPerson,
    NamesNoOrganisation,
    NoSuchDelegation,
    NoSuchPartner,
    NotActive,
    NotInvited,
    NotTheirOwn,
    SameRole,
    TermNotOver,
)
from services.agenda.domain.values import Term
from tests.callers import named
from tests.given import fact, given
from tests.spec.agenda_cast import HARBOUR, INITIATIVE, LLEN, untouched

ONE, TWO = named("partner one"), named("partner two")
TERM = Term(starts=date(2022, 2, 9), ends=date(2023, 6, 30))
NEXT_TERM = Term(starts=date(2023, 7, 1))
INVITED = fact(
    PartnerInvited,
    initiative_id=INITIATIVE,
    partner_id=ONE,
    kind="organisation",
    organisation=HARBOUR,
    name="Harbour Youth",
    person=None,
)
JOINED = fact(
    PartnerJoined,
    partner_id=ONE,
    kind="organisation",
    organisation=HARBOUR,
    name="Harbour Youth",
    person=None,
    sector="community-service",
    role="core",
    agreement_version="1",
    term=TERM,
)
WITHDREW = fact(PartnerWithdrew, partner_id=ONE, organisation=HARBOUR)
LAPSED = fact(PartnerAgreementLapsed, partner_id=ONE, organisation=HARBOUR)


def invite(partner_id=ONE, kind="organisation", name="Harbour Youth", person=None):
    return lambda p: p.invite(
        partner_id=partner_id, kind=kind, organisation=HARBOUR, name=name, person=person
    )


def sign(organisation=HARBOUR, sector="community-service", role="core"):
    return lambda p: p.sign(
        organisation=organisation, sector=sector, role=role, agreement_version="1", term=TERM
    )


def test_the_first_invitation_opens_the_partnership():
    untouched(Partnership).when(invite()).then(INVITED)


def test_an_initiative_has_one_partnership():
    partnership = Partnership.of(INITIATIVE)
    assert partnership.id == Partnership.id_of(INITIATIVE)
    assert partnership.subject == f"initiative/{INITIATIVE}/partnership/{partnership.id}"


def test_an_invited_party_joins_under_its_invitation():
    given(Partnership, INVITED).when(sign()).then(JOINED)


def test_a_community_member_is_an_opaque_reference():
    untouched(Partnership).when(invite(kind="community-member", name=None, person="p-17")).then(
        fact(PartnerInvited, **INVITED.keywords | {"kind": "community-member", "name": None,
                                                   "person": "p-17"})
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (invite(kind="community-member", name="Ann Example", person="p-17"), NamesAPerson),
        (invite(kind="community-member", name=None), NamesAPerson),
        (invite(name=None), NamesNoOrganisation),
        (invite(person="p-17"), NamesNoOrganisation),
    ],
)
def test_only_organisations_are_named(asked, refusal):
    untouched(Partnership).when(asked).then_refused(refusal)


def test_nobody_joins_uninvited():
    given(Partnership, INVITED).when(sign(organisation=LLEN)).then_refused(NotInvited)


@pytest.mark.parametrize("said", [(INVITED,), (INVITED, JOINED)])
def test_a_party_is_invited_once(said):
    given(Partnership, *said).when(invite(TWO)).then_refused(AlreadyPartner)


def test_a_party_is_a_partner_once():
    given(Partnership, INVITED, JOINED).when(sign()).then_refused(AlreadyPartner)


@pytest.mark.parametrize("end", [WITHDREW, LAPSED])
def test_who_has_left_may_be_invited_again(end):
    given(Partnership, INVITED, JOINED, end).when(invite(TWO)).then(
        fact(PartnerInvited, **INVITED.keywords | {"partner_id": TWO})
    )


def test_sector_and_role_are_codes_of_their_lists():
    given(Partnership, INVITED).when(sign(sector="magic")).then_refused(UnknownCode)
    given(Partnership, INVITED).when(sign(role="boss")).then_refused(UnknownCode)


def test_a_role_changes():
    given(Partnership, INVITED, JOINED).when(
        lambda p: p.change_role(partner_id=ONE, role="funder")
    ).then(fact(PartnerRoleChanged, partner_id=ONE, role="funder"))


def test_a_role_changes_only_into_another_one():
    given(Partnership, INVITED, JOINED).when(
        lambda p: p.change_role(partner_id=ONE, role="core")
    ).then_refused(SameRole)


def test_an_agreement_is_renewed():
    given(Partnership, INVITED, JOINED).when(
        lambda p: p.renew(partner_id=ONE, agreement_version="2", term=NEXT_TERM)
    ).then(fact(PartnerAgreementRenewed, partner_id=ONE, agreement_version="2", term=NEXT_TERM))


def test_a_partner_withdraws_once():
    given(Partnership, INVITED, JOINED).when(lambda p: p.withdraw(partner_id=ONE)).then(WITHDREW)
    given(Partnership, INVITED, JOINED, WITHDREW).when(
        lambda p: p.withdraw(partner_id=ONE)
    ).then_refused(NotActive)


def test_an_agreement_lapses_after_its_last_day():
    day = TERM.ends
    given(Partnership, INVITED, JOINED).when(
        lambda p: p.lapse(partner_id=ONE, on=day)
    ).then_refused(TermNotOver)
    after = day + timedelta(days=1)
    given(Partnership, INVITED, JOINED).when(lambda p: p.lapse(partner_id=ONE, on=after)).then(
        LAPSED
    )


def test_an_agreement_without_an_end_does_not_lapse():
    renewed = fact(PartnerAgreementRenewed, partner_id=ONE, agreement_version="2", term=NEXT_TERM)
    given(Partnership, INVITED, JOINED, renewed).when(
        lambda p: p.lapse(partner_id=ONE, on=date(2090, 1, 1))
    ).then_refused(TermNotOver)


def test_a_term_does_not_end_before_it_starts():
    with pytest.raises(ValidationError):
        Term(starts=date(2023, 1, 1), ends=date(2022, 1, 1))


def test_an_unknown_partner_is_not_changed():
    given(Partnership, INVITED).when(lambda p: p.withdraw(partner_id=TWO)).then_refused(
        NoSuchPartner
    )


def champion(partner_id=None, outside=None):
    return lambda p: p.name_champion(
        champion="mayor-1", partner_id=partner_id, external_organisation=outside
    )


def test_a_champion_stands_for_an_active_partner():
    given(Partnership, INVITED, JOINED).when(champion(ONE)).then(
        fact(ChampionNamed, initiative_id=INITIATIVE, champion="mayor-1", partner_id=ONE,
             external_organisation=None)
    )  # fmt: skip
    given(Partnership, INVITED).when(champion(ONE)).then_refused(NotActive)


def test_a_champion_may_come_from_a_named_organisation_outside():
    untouched(Partnership).when(champion(outside="City council")).then(
        fact(ChampionNamed, initiative_id=INITIATIVE, champion="mayor-1", partner_id=None,
             external_organisation="City council")
    )  # fmt: skip


@pytest.mark.parametrize(("partner", "outside"), [(None, None), (ONE, "City council")])
def test_a_champion_stands_for_one_party(partner, outside):
    given(Partnership, INVITED, JOINED).when(champion(partner, outside)).then_refused(
        ChampionOfNobody
    )


def test_active_partners_are_those_who_have_signed_and_not_left():
    story = given(Partnership, INVITED, JOINED)
    assert [partner.partner_id for partner in story.aggregate.active()] == [ONE]
    assert not given(Partnership, INVITED, JOINED, WITHDREW).aggregate.active()


MANDATE = named("delegation")
DELEGATED = fact(
    PartnerDelegated,
    delegation_id=MANDATE,
    partner_id=ONE,
    party=HARBOUR,
    organisation=LLEN,
    until=date(2023, 6, 30),
)
REVOKED = fact(PartnerDelegationRevoked, delegation_id=MANDATE, party=HARBOUR, organisation=LLEN)


def delegate(organisation=LLEN, asking=HARBOUR):
    return lambda p: p.delegate(
        partner_id=ONE, organisation=organisation, until=date(2023, 6, 30), asking=asking
    )


def revoke(delegation_id=MANDATE, asking=HARBOUR):
    return lambda p: p.revoke_delegation(partner_id=ONE, delegation_id=delegation_id, asking=asking)


def test_a_partner_lets_another_organisation_act_for_it():
    partnership = given(Partnership, INVITED, JOINED).aggregate
    delegate()(partnership)
    (made,) = partnership.delegations.values()
    assert (made.party, made.organisation, made.until) == (HARBOUR, LLEN, date(2023, 6, 30))


@pytest.mark.parametrize("asked", [delegate(asking=LLEN), revoke(asking=LLEN)])
def test_nobody_else_says_who_acts_for_a_partner(asked):
    given(Partnership, INVITED, JOINED, DELEGATED).when(asked).then_refused(NotTheirOwn)


def test_a_delegation_is_to_others_and_once():
    joined = given(Partnership, INVITED, JOINED)
    joined.when(delegate(organisation=HARBOUR)).then_refused(DelegatesToItself)
    given(Partnership, INVITED, JOINED, DELEGATED).when(delegate()).then_refused(DelegatedAlready)


def test_a_delegation_is_revoked_once():
    given(Partnership, INVITED, JOINED, DELEGATED).when(revoke()).then(REVOKED)
    gone = given(Partnership, INVITED, JOINED, DELEGATED, REVOKED)
    gone.when(revoke()).then_refused(NoSuchDelegation)


@pytest.mark.parametrize(
    ("end", "left"),
    [
        (lambda p: p.withdraw(partner_id=ONE), WITHDREW),
        (lambda p: p.lapse(partner_id=ONE, on=TERM.ends + timedelta(days=1)), LAPSED),
    ],
)
def test_who_leaves_is_represented_no_longer(end, left):
    given(Partnership, INVITED, JOINED, DELEGATED).when(end).then(left, REVOKED)
