"""What a charter says: per class of decisions one rule, the seats, and what it promises."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel import RuleForbids, Title
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.values import Value

Method = Literal["consent", "consensus", "majority", "delegated"]
Days = Annotated[int, Field(ge=1, le=3_650)]
Heads = Annotated[int, Field(ge=0, le=10_000)]


class RulesIncomplete(RuleForbids):
    """Every class of decisions has exactly one rule; missing or doubled here: {classes}."""


class SeatsTooFew(RuleForbids):
    """The charter has {seats} seats of lived experience, and {why} asks for {needed}; add seats
    or ask for less."""


class SeatKindTwice(RuleForbids):
    """The seats of kind {kind} are counted more than once; give one count per kind."""


class RulesContradict(RuleForbids):
    """The rule of class {decision_class} asks for a quorum of {quorum}, but for {needed} {of}
    among them; raise the quorum."""


class FoundingGroupFallsShort(RuleForbids):
    """The first charter must be adoptable by its own rule for class charter: that asks for {needed}
    {of}, and the founding group has {present}. Name more founders, or write a rule they meet."""


class FounderTwice(RuleForbids):
    """{person} is named more than once in the founding group; name each person once."""


class DecisionRule(Value):
    """How decisions of one class are taken."""

    decision_class: Code
    method: Method
    quorum: Annotated[int, Field(ge=1, le=10_000, description="Persons who count.")]
    minimum_sectors: Annotated[int, Field(ge=1, le=50)] = 1
    minimum_lived_experience: Heads = 0
    conflict_excludes: Literal["person", "organisation"] = "organisation"
    majority_percent: Annotated[
        int, Field(ge=50, le=99, description="Method majority: more than this share is for.")
    ] = 50


class Seats(Value):
    """How many seats of one kind there are."""

    kind: Code
    count: Annotated[int, Field(ge=1, le=1_000)]


class Cadence(Value):
    """How often which audience hears from the initiative, and how."""

    audience: Title
    channel: Code
    days: Days


class Founder(Value):
    """One of the founding group, who adopts the first charter and acts until partners do."""

    person: Reference
    organisation: UUID
    sector: Code
    lived_experience: bool = False


class Provisions(Value):
    """The whole charter."""

    rules: Annotated[tuple[DecisionRule, ...], Field(min_length=1, max_length=50)]
    seats: Annotated[tuple[Seats, ...], Field(max_length=20)] = ()
    lived_experience_minimum: Heads = 0
    feedback_days: Days = 30
    funding_warning_months: Annotated[
        int, Field(ge=1, le=60, description="So long before its end a gap in funding shows.")
    ] = 6
    cadences: Annotated[tuple[Cadence, ...], Field(max_length=50)] = ()

    def rule(self, decision_class: str) -> DecisionRule:
        """The one rule for decisions of this class."""
        code_list("decision-classes").require(decision_class)
        return next(rule for rule in self.rules if rule.decision_class == decision_class)

    def seats_of(self, kind: str) -> int:
        return sum(seats.count for seats in self.seats if seats.kind == kind)

    def refuse_unsound(self) -> None:
        """Refuse a charter under which some decision could never be taken, or in two ways."""
        self._refuse_wrong_classes()
        kinds = [seats.kind for seats in self.seats]
        code_list("seat-kinds").require(*kinds)
        code_list("update-channels").require(*(cadence.channel for cadence in self.cadences))
        for kind in kinds:
            if kinds.count(kind) > 1:
                raise SeatKindTwice(kind=kind)
        self._refuse_seats_too_few()

    def _refuse_wrong_classes(self) -> None:
        ruled = [rule.decision_class for rule in self.rules]
        classes = code_list("decision-classes")
        classes.require(*ruled)
        wrong = [name for name in classes.names() if ruled.count(name) != 1]
        if wrong:
            raise RulesIncomplete(classes=", ".join(wrong))

    def _refuse_seats_too_few(self) -> None:
        seats = self.seats_of("lived-experience")
        if seats < self.lived_experience_minimum:
            raise SeatsTooFew(
                seats=seats, why="its own minimum", needed=self.lived_experience_minimum
            )
        for rule in self.rules:
            if seats < rule.minimum_lived_experience:
                raise SeatsTooFew(
                    seats=seats,
                    why=f"the rule of class {rule.decision_class}",
                    needed=rule.minimum_lived_experience,
                )
            needs = {
                "sectors": rule.minimum_sectors,
                "lived-experience voices": rule.minimum_lived_experience,
            }
            of, needed = max(needs.items(), key=lambda need: need[1])
            if rule.quorum < needed:
                raise RulesContradict(
                    decision_class=rule.decision_class, quorum=rule.quorum, needed=needed, of=of
                )


def refuse_small(group: tuple[Founder, ...], rule: DecisionRule) -> None:
    """The founding group meets the rule for class charter of the charter that it adopts."""
    persons = [founder.person for founder in group]
    for founder in group:
        code_list("sectors").require(founder.sector)
        if persons.count(founder.person) > 1:
            raise FounderTwice(person=founder.person)
    sectors = {founder.sector for founder in group}
    voices = [founder for founder in group if founder.lived_experience]
    for needed, of, present in (
        (rule.quorum, "persons", len(group)),
        (rule.minimum_sectors, "sectors", len(sectors)),
        (rule.minimum_lived_experience, "lived-experience voices", len(voices)),
    ):
        if present < needed:
            raise FoundingGroupFallsShort(needed=needed, of=of, present=present)
