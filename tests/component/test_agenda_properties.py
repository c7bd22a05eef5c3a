"""Whatever is asked in whatever order: no decision that its rule forbids, and nothing lost.

A machine asks the use cases at random; the auditor reads the lines that came of it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    invariant,
    multiple,
    precondition,
    rule,
)

from services.agenda.application import (
    agendas,
    backbones,
    charters,
    cycles,
    decisions,
    proposals,
)
from services.agenda.domain import LearningCycle, Proposal
from services.agenda.domain.attendance import Present
from services.agenda.domain.charter import Provisions
from services.agenda.domain.values import Dissent
from tests.component.agenda_machine import (
    CLASSES,
    PEOPLE,
    WHY,
    Machine,
    charters_,
    houses,
    people,
    tables,
)


class Partnership(Machine):
    """They try everything."""

    open_ones: Bundle[UUID] = Bundle("proposals")
    made: Bundle[UUID] = Bundle("decisions")
    objections: Bundle[tuple[UUID, UUID, str]] = Bundle("objections")
    adaptations: Bundle[UUID] = Bundle("adaptations")

    @rule(target=open_ones, named_=st.sampled_from(CLASSES), concerns=st.lists(houses, max_size=1))
    def propose(self, named_: str, concerns: list[UUID]) -> Any:
        said = {"title": "T", "text": "T", "concerns": tuple(concerns)}
        command = proposals.RaiseProposal(decision_class=named_, **said)
        return self.stream() if self.ask(self.agenda.raise_proposal, command) else multiple()

    @rule(
        target=made,
        named_=st.sampled_from(CLASSES),
        concerns=st.sampled_from([[], [], [PEOPLE["person-1"]]]),
        earlier=st.none() | made,
        objector=st.sampled_from([None, None, None, "person-3"]),
    )
    def settle_at_once(
        self, named_: str, concerns: list[UUID], earlier: UUID | None, objector: str | None
    ) -> Any:
        """A proposal that everybody is for, but for at most one."""
        said = {"title": "T", "text": "T", "concerns": tuple(concerns), "reverses": earlier}
        raised = proposals.RaiseProposal(decision_class=named_, **said)
        if not self.ask(self.agenda.raise_proposal, raised):
            return multiple()
        proposal = self.stream()
        if objector is not None:
            against = proposals.RaiseObjection(ground="No.", paramount=True)
            self.ask(self.agenda.raise_objection, against, at=proposal, person=objector)
        self.call(proposal, [Present(person=p, organisation=o) for p, o in PEOPLE.items()], True)
        return proposal if proposal in self.kept else multiple()

    @rule(target=open_ones, earlier=made, named_=st.sampled_from(CLASSES))
    def propose_reversal(self, earlier: UUID, named_: str) -> Any:
        command = proposals.RaiseProposal(
            decision_class=named_, title="T", text="T", reverses=earlier
        )
        return self.stream() if self.ask(self.agenda.raise_proposal, command) else multiple()

    @rule(proposal=open_ones | made, concerns=st.lists(houses, max_size=1))
    def amend(self, proposal: UUID, concerns: list[UUID]) -> None:
        command = proposals.AmendProposal(text="New.", concerns=tuple(concerns))
        self.ask(self.agenda.amend_proposal, command, at=proposal)

    @rule(target=objections, proposal=open_ones | made, person=people, paramount=st.booleans())
    def object_(self, proposal: UUID, person: str, paramount: bool) -> Any:
        command = proposals.RaiseObjection(ground="No.", paramount=paramount)
        if not self.ask(self.agenda.raise_objection, command, at=proposal, person=person):
            return multiple()
        return proposal, UUID(self.auditor_line()["data"]["objection_id"]), person

    @rule(objection=objections, person=people, integrated=st.booleans())
    def settle(self, objection: tuple[UUID, UUID, str], person: str, integrated: bool) -> None:
        proposal, id, _ = objection
        if integrated:
            how = proposals.IntegrateObjection(how="So.")
            self.ask(self.agenda.integrate_objection, how, id, at=proposal, person=person)
        else:
            taken = proposals.WithdrawObjection()
            self.ask(self.agenda.withdraw_objection, taken, id, at=proposal, person=person)

    @rule(proposal=open_ones | made, person=people)
    def declare_conflict(self, proposal: UUID, person: str) -> None:
        command = proposals.DeclareConflict(nature="Money.")
        self.ask(self.agenda.declare_conflict, command, at=proposal, person=person)

    @rule(proposal=open_ones | made, person=people)
    def stand_aside(self, proposal: UUID, person: str) -> None:
        command = proposals.StandAside(text="Not me.")
        self.ask(self.agenda.stand_aside, command, at=proposal, person=person)

    @rule(proposal=open_ones | made, table=tables, dissents=st.booleans())
    def call_with(self, proposal: UUID, table: list[Present], dissents: bool) -> None:
        self.call(proposal, table, dissents)

    def call(self, proposal: UUID, table: list[Present], dissents: bool) -> None:
        dissent = (Dissent(organisation=PEOPLE["person-1"], text="No."),) if dissents else ()
        command = decisions.CallDecision(attendees=tuple(table), result="Yes.", dissent=dissent)
        if self.ask(self.agenda.call_decision, command, at=proposal):
            self.kept[proposal] = self.auditor_line()["data"]

    @rule(proposal=open_ones | made)
    def lapse(self, proposal: UUID) -> None:
        self.ask(self.agenda.lapse_proposal, proposals.LapseProposal(reason=WHY), at=proposal)

    @rule(earlier=made, later=made)
    def reverse(self, earlier: UUID, later: UUID) -> None:
        command = decisions.ReverseDecision(reversed_by=later, reason=WHY)
        self.ask(self.agenda.reverse_decision, command, at=earlier)

    @precondition(lambda self: self.auditor.charter_version == self.drafted)
    @rule(said=charters_)
    def redraft(self, said: Provisions) -> None:
        self.drafted += self.ask(self.agenda.draft_charter, charters.DraftCharter(provisions=said))

    @rule(decision=made | open_ones)
    def amend_charter(self, decision: UUID) -> None:
        self.ask(self.agenda.amend_charter, charters.AmendCharter(decision_id=decision))

    @rule(decision=made | open_ones)
    def adopt_agenda(self, decision: UUID) -> None:
        self.ask(self.agenda.adopt_agenda, agendas.AdoptAgenda(decision_id=decision))

    @rule(decision=made | open_ones, host=houses)
    def appoint(self, decision: UUID, host: UUID) -> None:
        command = backbones.AppointBackbone(
            host=host, functions=("advance-policy",), decision_id=decision
        )
        self.ask(self.agenda.appoint_backbone, command)

    @rule(target=adaptations, decision=made | open_ones)
    def adapt(self, decision: UUID) -> Any:
        command = cycles.DecideAdaptation(decision_id=decision, kind="adapt", text="So.")
        if not self.ask(self.agenda.decide_adaptation, command, at=self.cycle):
            return multiple()
        return UUID(self.auditor_line()["data"]["adaptation_id"])

    @rule(adaptation=adaptations, enacted=st.booleans())
    def settle_adaptation(self, adaptation: UUID, enacted: bool) -> None:
        if enacted:
            done = cycles.ConfirmAdaptation()
            self.ask(self.agenda.confirm_adaptation, done, adaptation, at=self.cycle)
        else:
            dropped = cycles.DropAdaptation(reason=WHY)
            self.ask(self.agenda.drop_adaptation, dropped, adaptation, at=self.cycle)

    @precondition(lambda self: self.auditor.adaptations)
    @rule()
    def close_cycle(self) -> None:
        self.ask(self.agenda.close_cycle, cycles.CloseCycle(learnt="This."), at=self.cycle)

    @invariant()
    def the_auditor_finds_no_rule_broken(self) -> None:
        if hasattr(self, "store"):
            lines = self.loop.run_until_complete(self.store.replay(after=self.audited))
            self.auditor.read(recorded.line for recorded in lines)
            self.audited += len(lines)

    @invariant()
    def a_decision_reads_as_it_was_made(self) -> None:
        for id, said in getattr(self, "kept", {}).items():
            known = self.loop.run_until_complete(self.agenda.repository.get(Proposal, id))
            assert known.decision is not None
            told = known.decision.model_dump(mode="json")
            assert all(told[name] == value for name, value in said.items() if name in told)

    @invariant()
    def a_closed_cycle_is_settled(self) -> None:
        if hasattr(self, "cycle"):
            cycle = self.loop.run_until_complete(
                self.agenda.repository.get(LearningCycle, self.cycle)
            )
            open_ = [one for one in cycle.adaptations.values() if one.state == "open"]
            assert cycle.phase != "closed" or not open_


TestPartnership = Partnership.TestCase
TestPartnership.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
