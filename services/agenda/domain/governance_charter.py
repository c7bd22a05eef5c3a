"""The governance charter: by which rules this initiative decides, since when, and who may."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from infra.kernel import StateForbids
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.charter import Provisions, refuse_small
from services.agenda.domain.chartering import (
    AuthorityDelegated,
    CharterAdopted,
    CharterAmended,
    CharterDrafted,
    Delegation,
    DelegationRevoked,
    Founders,
    Seat,
    SeatAssigned,
    SeatVacated,
)
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.rooted import Rooted
from services.agenda.domain.standing import refuse_another_draft
from services.agenda.domain.values import sha256_of


class NoDraft(StateForbids):
    """There is no draft of the charter that is not in force yet; draft one first."""


class NoCharterInForce(StateForbids):
    """No charter is in force, so there is no rule to decide by; draft one and let the founding
    group adopt it."""


class AlreadyAdopted(StateForbids):
    """Version {version} of the charter is in force; it is amended by a decision of class charter,
    not adopted again."""


class TakenUnderAnotherVersion(StateForbids):
    """Decision {decision} was taken under version {taken} of the charter, and version {present} is
    in force; take a decision of class charter under that one."""


class NoFreeSeat(StateForbids):
    """Version {version} of the charter has {count} seats of kind {kind}, and all are held; vacate
    one first, or amend the charter."""


class NoSuchSeat(StateForbids):
    """No seat {seat} is held under this charter; assign it first."""


class SeatHeldAlready(StateForbids):
    """{holder} holds a seat of kind {kind} already; one person holds one seat of a kind."""


class NotDelegable(StateForbids):
    """Under version {version} of the charter class {decision_class} is decided by {method}; only a
    class with method delegated can be delegated. Amend the charter first."""


class DelegatedAlready(StateForbids):
    """Class {decision_class} is delegated to {organisation} already; revoke that first."""


class NoSuchDelegation(StateForbids):
    """No delegation {delegation} is in force."""


class GovernanceCharter(Rooted):
    TOPIC = "agenda.governance-charter"

    def begin(self) -> None:
        self.drafts = 0
        self.draft: Provisions | None = None
        self.charter_version = 0
        self.provisions: Provisions | None = None
        self.founders: Founders = ()
        self.founding_until = date.min
        self.seats: dict[UUID, Seat] = {}
        self.delegations: dict[str, Delegation] = {}

    def enforce(self, version: int, provisions: Provisions) -> None:
        """For facts: these provisions are in force from now on."""
        self.charter_version, self.provisions, self.draft = version, provisions, None

    @property
    def draft_sha256(self) -> str | None:
        """Names the draft by its wording: what a decision of class charter approves."""
        return sha256_of(self.draft.model_dump(mode="json")) if self.draft else None

    def in_force(self) -> Provisions:
        """The charter that decisions are taken by."""
        if self.provisions is None:
            raise NoCharterInForce
        return self.provisions

    def founding_group(self, on: date) -> Founders:
        """The founders, as long as their mandate lasts."""
        return self.founders if on <= self.founding_until else ()

    def voices(self, on: date) -> frozenset[str]:
        """The persons who speak from lived experience."""
        founding = {one.person for one in self.founding_group(on) if one.lived_experience}
        seated = {s.holder for s in self.seats.values() if s.kind == "lived-experience"}
        return frozenset(founding | seated)

    def delegate(self, decision_class: str, on: date) -> UUID | None:
        """The organisation to which this class is delegated on that day."""
        found = self.delegations.get(decision_class)
        if found is None or (found.until is not None and on > found.until):
            return None
        return found.organisation

    def write(self, *, provisions: Provisions) -> None:
        """A draft, to be adopted or amended into force; a newer one takes its place."""
        provisions.refuse_unsound()
        self.trigger_event(
            CharterDrafted,
            initiative_id=self.initiative_id,
            draft=self.drafts + 1,
            provisions=provisions,
        )

    def adopt(self, *, founding_group: Founders, founding_until: date) -> None:
        """The first charter comes into force by the consent of the founding group it names."""
        if self.charter_version:
            raise AlreadyAdopted(version=self.charter_version)
        draft = self._drafted()
        refuse_small(founding_group, draft.rule("charter"))
        self.trigger_event(
            CharterAdopted,
            charter_version=1,
            draft=self.drafts,
            provisions=draft,
            founding_group=founding_group,
            founding_until=founding_until,
        )

    def amend(self, *, decision_id: UUID, taken_under: int, approved: str | None) -> None:
        """`approved` names the draft that the decision was about."""
        self.in_force()
        draft = self._drafted()
        self._refuse_other_version(decision_id, taken_under)
        refuse_another_draft(
            decision_id,
            approved=approved,
            present=self.draft_sha256,
            kind="charter",
            decision_class="charter",
        )
        self.trigger_event(
            CharterAmended,
            charter_version=self.charter_version + 1,
            draft=self.drafts,
            provisions=draft,
            decision_id=decision_id,
        )

    def assign_seat(
        self, *, seat_id: UUID, kind: Code, holder: Reference, organisation: UUID
    ) -> None:
        code_list("seat-kinds").require(kind)
        count = self.in_force().seats_of(kind)
        held = [seat.holder for seat in self.seats.values() if seat.kind == kind]
        if holder in held:
            raise SeatHeldAlready(holder=holder, kind=kind)
        if len(held) >= count:
            raise NoFreeSeat(version=self.charter_version, count=count, kind=kind)
        self.trigger_event(
            SeatAssigned, seat_id=seat_id, kind=kind, holder=holder, organisation=organisation
        )

    def vacate_seat(self, *, seat_id: UUID) -> None:
        if seat_id not in self.seats:
            raise NoSuchSeat(seat=seat_id)
        self.trigger_event(SeatVacated, seat_id=seat_id)

    def delegate_authority(
        self,
        *,
        delegation_id: UUID,
        decision_class: Code,
        organisation: UUID,
        until: date | None,
        decision_id: UUID,
        taken_under: int,
    ) -> None:
        rule = self.in_force().rule(decision_class)
        self._refuse_other_version(decision_id, taken_under)
        if rule.method != "delegated":
            raise NotDelegable(
                version=self.charter_version, decision_class=decision_class, method=rule.method
            )
        if decision_class in self.delegations:
            raise DelegatedAlready(
                decision_class=decision_class,
                organisation=self.delegations[decision_class].organisation,
            )
        self.trigger_event(
            AuthorityDelegated,
            delegation_id=delegation_id,
            decision_class=decision_class,
            organisation=organisation,
            until=until,
            decision_id=decision_id,
        )

    def revoke_delegation(self, *, delegation_id: UUID) -> None:
        for delegation in self.delegations.values():
            if delegation.delegation_id == delegation_id:
                self.trigger_event(
                    DelegationRevoked,
                    delegation_id=delegation_id,
                    decision_class=delegation.decision_class,
                )
                return
        raise NoSuchDelegation(delegation=delegation_id)

    def _drafted(self) -> Provisions:
        if self.draft is None:
            raise NoDraft
        return self.draft

    def _refuse_other_version(self, decision_id: UUID, taken_under: int) -> None:
        if taken_under != self.charter_version:
            raise TakenUnderAnotherVersion(
                decision=decision_id, taken=taken_under, present=self.charter_version
            )
