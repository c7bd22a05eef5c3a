"""The facts of mutually reinforcing activities, in plain words."""
# ruff: noqa: E501 (one sentence, one line)

from __future__ import annotations

from gateway.readmodels.sentences.told import Told, do, improve, plan, review

ACTIVITIES: dict[str, Told] = {
    # Strategies
    "strategy-proposed": plan("The strategy “{title}” ({kind}) was proposed for {outcomes}."),
    "strategy-selected": plan("The strategy “{it}” was selected by the decision “{decision_id}”."),
    "strategy-reframed": improve("The strategy “{it}” was reframed as “{title}”."),
    "strategy-orphaned": review("“{it}” serves “{outcome_id}”, which is retired."),
    "strategy-retired": improve("The strategy “{it}” was retired[: {provenance.reason.text}]."),
    # Activities
    "activity-proposed": plan("The activity “{title}” was proposed[: {description}]."),
    "activity-committed": plan("{lead} committed to lead “{it}” ({dates})."),
    "activity-started": do("“{it}” was started."),
    "milestone-reached": do("“{it}” reached the milestone “{milestone}”."),
    "milestone-missed": do(
        "“{it}” missed the milestone “{milestone}”, due on {was_due}[; the new day is {due}]."
    ),
    "output-reported": do("“{it}” reported for {period}: {outputs}."),
    "activity-adapted": improve("“{it}” was adapted: {change}"),
    "lead-handed-over": do("{lead} now leads “{it}”[; before it was {was}]."),
    "lead-vacancy-flagged": do("“{it}” has no lead any more: {partner_id} left it."),
    "activity-paused": do("“{it}” was paused[: {provenance.reason.text}]."),
    "activity-resumed": do("“{it}” was resumed."),
    "activity-completed": do("“{it}” was completed."),
    "activity-stopped": do(
        "“{it}” was stopped[ because: {provenance.reason.text}]. What was learnt: {learning}"
    ),
    "after-action-review-fell-due": review("Nobody has looked back yet on “{it}”, due on {due}."),
    # Plans of action
    "plan-drafted": plan("A plan of action was drafted for “{cycle_id}” ({dates})."),
    "activity-included": plan("“{activity_id}” was taken into the plan of action."),
    "activity-excluded": plan("“{activity_id}” was taken out of the plan of action."),
    "plan-of-action-adopted": plan(
        "The plan of action was adopted in version {plan_version} with {activities}."
    ),
    "plan-of-action-revised": improve(
        "The plan of action was revised to version {plan_version}[; new in it: {included}][; no longer in it: {excluded}]."
    ),
    "plan-revision-requested": improve("A learning cycle asks for another plan of action: {what}"),
    # Contribution claims
    "contribution-claimed": plan(
        "“{activity_id}” is claimed to contribute to “{indicator_id}” ({confidence} confidence): {mechanism}"
    ),
    "contribution-reviewed": review("A claimed contribution was found {finding}: {because}"),
    "contribution-marked-for-review": review(
        "The contribution of “{activity_id}” to “{indicator_id}” is to be looked at again: {because}"
    ),
    "contribution-withdrawn": improve(
        "The claim that “{activity_id}” contributes to “{indicator_id}” was withdrawn."
    ),
    # Commitments
    "commitment-pledged": plan("{partner_id} pledged, by {due}: {promise}[ ({amount})]"),
    "commitment-confirmed": do("The promise of “{it}” was confirmed."),
    "commitment-fulfilled": do(
        "{partner_id} gave what it had promised[: {quantity}] (all of it: {whole})."
    ),
    "commitment-renegotiated": do(
        "{partner_id} and the partners agreed anew, by {due}: {promise}[ ({amount})]"
    ),
    "commitment-to-renegotiate": do(
        "{partner_id} left; what becomes of its promise “{it}” is to be settled."
    ),
    "commitment-lapsed": do("A promise of {partner_id}, due on {due}, lapsed."),
    "commitment-released": do(
        "{partner_id} was released from a promise[: {provenance.reason.text}]."
    ),
    # Reinforcements
    "reinforcement-claimed": plan(
        "“{from_activity}” is said to reinforce “{to_activity}” ({kind}): {how}"
    ),
    "reinforcement-confirmed": plan(
        "{confirmed_by} confirmed that one activity reinforces the other."
    ),
    "reinforcement-disputed": review(
        "{disputed_by} disputed that one activity reinforces the other: {because}"
    ),
    "reinforcement-observed": do("A reinforcement was seen at work: {what}"),
    "duplication-flagged": review(
        "“{from_activity}” and “{to_activity}” seem to do the same: {what}"
    ),
    "reinforcement-dissolved": improve(
        "“{from_activity}” no longer reinforces “{to_activity}” ({kind})."
    ),
    # Working groups
    "working-group-formed": plan(
        "The working group “{name}” was formed for “{outcome_id}” with {members}."
    ),
    "co-chair-appointed": plan("{organisation} ({sector}) became a co-chair of “{it}”."),
    "member-joined-group": do("{organisation} ({sector}) joined “{it}”."),
    "member-left-group": do("{organisation} left “{it}”."),
    "group-met": do("“{it}” met, with {attendance}[; taken on: {actions}]."),
    "working-group-disbanded": review(
        "“{it}” was disbanded[: {provenance.reason.text}][ What was learnt: {learnt}]"
    ),
    # Learning
    "before-action-review-recorded": plan(
        "Before “{activity_id}”: intended is {intended}; a sign of success would be {signs_of_success}"
    ),
    "after-action-review-recorded": review(
        "After “{activity_id}”: intended was {intended}; what happened: {actual}; why: {why}; next: {next}"
    ),
    "learning-noted": review("It was noted: {note}"),
    "context-shift-noted": review("The surroundings changed ({weight}): {shift}"),
    "strategic-fork-recorded": improve(
        "The way parted: {question} Taken was: {taken}, because {because}"
    ),
    "experiment-started": do("An experiment began: {question}"),
    "experiment-concluded": review("The experiment {verdict}. What was learnt: {learnt}"),
}
