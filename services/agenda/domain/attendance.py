"""Who was there when a decision was called, who of them counted, and whether that was enough."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from infra.kernel import RuleForbids, StateForbids
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.charter import DecisionRule
from services.agenda.domain.roll import Roll
from services.agenda.domain.values import Value

Position = Literal["for", "against", "aside"]


class AttendeeTwice(RuleForbids):
    """{person} is named more than once among the attendees; name each person once."""


class QuorumNotMet(StateForbids):
    """Version {version} of the charter asks for {needed} persons who count in a decision of class
    {decision_class}, and {present} did ({excluded} excluded by a conflict of interest); call it
    again with {missing} more."""


class SectorsTooFew(StateForbids):
    """Version {version} of the charter asks for {needed} sectors in a decision of class
    {decision_class}, and {present} counted ({sectors}); call it again with {missing} more."""


class VoicesTooFew(StateForbids):
    """Version {version} of the charter asks for {needed} lived-experience voices in a decision of
    class {decision_class}, and {present} counted; call it again with {missing} more holders of a
    lived-experience seat."""


class SomebodyAgainst(StateForbids):
    """Version {version} of the charter decides class {decision_class} by consensus, and {persons}
    were against; change the proposal until they agree or stand aside."""


class MajorityMissed(StateForbids):
    """Version {version} of the charter asks for more than {percent} % of the votes in a decision of
    class {decision_class}, and {votes_for} of {votes} were for; change the proposal and call it
    again."""


class NotDelegated(StateForbids):
    """Version {version} of the charter leaves class {decision_class} to a delegate, and no
    delegation is in force; delegate it by a decision of class charter."""


class DelegateAbsent(StateForbids):
    """Version {version} of the charter leaves class {decision_class} to a delegate, and nobody of
    {organisation} was for it and counted; call it again with one of its own, without a conflict of
    interest."""


class Present(Value):
    """One person at the decision, as the caller reports it."""

    person: Reference
    organisation: UUID
    position: Position = "for"


class Attendee(Value):
    """One person at the decision, as the roll knows them."""

    person: Reference
    organisation: UUID
    sector: Code
    lived_experience: bool
    position: Position
    counted: bool
    """False where a conflict of interest excluded them."""


@dataclass(frozen=True)
class Excluded:
    """Who declared a conflict of interest, and which organisations the proposal concerns."""

    persons: Collection[str]
    organisations: Collection[UUID]
    concerned: Collection[UUID]

    def covers(self, one: Present, rule: DecisionRule) -> bool:
        if one.organisation in self.concerned or one.person in self.persons:
            return True
        return rule.conflict_excludes == "organisation" and one.organisation in self.organisations


def attendance(
    present: Sequence[Present],
    *,
    roll: Roll,
    rule: DecisionRule,
    excluded: Excluded,
    aside: Collection[str],
) -> tuple[Attendee, ...]:
    """Sector and voice are the roll's word, never the caller's."""
    persons = [one.person for one in present]
    for person in persons:
        if persons.count(person) > 1:
            raise AttendeeTwice(person=person)
    return tuple(
        Attendee(
            person=one.person,
            organisation=one.organisation,
            sector=roll.sector(one.organisation),
            lived_experience=one.person in roll.voices,
            position="aside" if one.person in aside else one.position,
            counted=not excluded.covers(one, rule),
        )
        for one in present
    )


@dataclass(frozen=True)
class Count:
    """The attendees who count, against the rule that is in force."""

    rule: DecisionRule
    version: int
    attendees: tuple[Attendee, ...]

    @property
    def counted(self) -> tuple[Attendee, ...]:
        return tuple(attendee for attendee in self.attendees if attendee.counted)

    @property
    def sectors(self) -> tuple[str, ...]:
        return tuple(sorted({attendee.sector for attendee in self.counted}))

    @property
    def voices(self) -> int:
        return sum(attendee.lived_experience for attendee in self.counted)

    def refuse_short(self) -> None:
        """Quorum, sectors and voices."""
        rule, present = self.rule, len(self.counted)
        if present < rule.quorum:
            raise QuorumNotMet(
                **self._named(rule.quorum, present), excluded=len(self.attendees) - present
            )
        if len(self.sectors) < rule.minimum_sectors:
            raise SectorsTooFew(
                **self._named(rule.minimum_sectors, len(self.sectors)),
                sectors=", ".join(self.sectors),
            )
        if self.voices < rule.minimum_lived_experience:
            raise VoicesTooFew(**self._named(rule.minimum_lived_experience, self.voices))

    def refuse_by_method(self, delegate: UUID | None) -> None:
        """What the method asks of the positions; objections are the proposal's own matter."""
        refuse: dict[str, Callable[[], None]] = {
            "consent": lambda: None,
            "consensus": self._refuse_against,
            "majority": self._refuse_minority,
            "delegated": lambda: self._refuse_others(delegate),
        }
        refuse[self.rule.method]()

    def _refuse_against(self) -> None:
        against = [one.person for one in self.counted if one.position == "against"]
        if against:
            raise SomebodyAgainst(
                version=self.version,
                decision_class=self.rule.decision_class,
                persons=", ".join(against),
            )

    def _refuse_minority(self) -> None:
        votes = [one.position for one in self.counted if one.position != "aside"]
        if votes.count("for") * 100 <= self.rule.majority_percent * len(votes):
            raise MajorityMissed(
                version=self.version,
                percent=self.rule.majority_percent,
                decision_class=self.rule.decision_class,
                votes_for=votes.count("for"),
                votes=len(votes),
            )

    def _refuse_others(self, delegate: UUID | None) -> None:
        named = self.rule.decision_class
        if delegate is None:
            raise NotDelegated(version=self.version, decision_class=named)
        if delegate not in {one.organisation for one in self.counted if one.position == "for"}:
            raise DelegateAbsent(version=self.version, decision_class=named, organisation=delegate)

    def _named(self, needed: int, present: int) -> dict[str, object]:
        return {
            "version": self.version,
            "decision_class": self.rule.decision_class,
            "needed": needed,
            "present": present,
            "missing": needed - present,
        }
