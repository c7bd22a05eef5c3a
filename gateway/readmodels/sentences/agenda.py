"""The facts of the common agenda, in plain words."""
# ruff: noqa: E501 (one sentence, one line)

from __future__ import annotations

from gateway.readmodels.sentences.told import Told, improve, plan, review

AGENDA: dict[str, Told] = {
    # The initiative
    "initiative-registered": plan("The initiative “{name}” began in {places}[: {origin}]."),
    "cohort-defined": plan(
        "It is for: {cohort.description}[, from age {cohort.age_from}][ to {cohort.age_to}]."
    ),
    "place-scope-changed": plan("Its places are now {places}."),
    "phase-located": review("{element} stands in the phase {phase}: {basis}."),
    "initiative-paused": plan("The initiative was paused[: {provenance.reason.text}]."),
    "initiative-resumed": plan("The initiative was resumed[: {provenance.reason.text}]."),
    "initiative-closed": improve("The initiative was closed[: {provenance.reason.text}]."),
    "approach-judged-appropriate": plan("Collective Impact was judged to be the right approach."),
    "approach-judged-inappropriate": plan(
        "Collective Impact was judged not to be the right approach[: {provenance.reason.text}]."
    ),
    # Partners
    "partner-invited": plan("{organisation} was invited to be a partner."),
    "partner-joined": plan(
        "{organisation} joined as a partner ({sector}, {role}) under version {agreement_version} of the agreement."
    ),
    "partner-role-changed": plan("{partner_id} now has the role {role}."),
    "partner-delegated": plan("{organisation} may act for {party}[ until {until}]."),
    "partner-delegation-revoked": plan(
        "{organisation} may no longer act for {party}[: {provenance.reason.text}]."
    ),
    "partner-agreement-renewed": plan(
        "{partner_id} renewed its agreement in version {agreement_version} ({term})."
    ),
    "partner-withdrew": plan("{organisation} left the partnership[: {provenance.reason.text}]."),
    "partner-health-noted": review("{organisation} may need help: {text}"),
    "partner-agreement-lapsed": plan("The agreement of {organisation} ran out."),
    "champion-named": plan(
        "{champion} champions the initiative[ for {partner_id}][ for {external_organisation}]."
    ),
    # The charter
    "charter-drafted": plan("Draft {draft} of the governance charter was written."),
    "charter-adopted": plan("The governance charter was adopted in version {charter_version}."),
    "charter-amended": plan(
        "The governance charter was amended to version {charter_version} by the decision “{decision_id}”."
    ),
    "seat-assigned": plan("A seat ({kind}) was given to {holder} of {organisation}."),
    "seat-vacated": plan("A seat became free."),
    "authority-delegated": plan(
        "Decisions of class {decision_class} were delegated to {organisation}[ until {until}]."
    ),
    "delegation-revoked": plan(
        "The delegation of decisions of class {decision_class} was revoked[: {provenance.reason.text}]."
    ),
    # The common agenda
    "problem-statement-drafted": plan("The problem was stated: {text}"),
    "vision-drafted": plan("The vision was drafted: {text}"),
    "outcome-defined": plan("The outcome “{title}” was defined: {wording}"),
    "outcome-reworded": plan("The outcome “{outcome_id}” was reworded: {wording}"),
    "outcome-retired": plan("The outcome “{outcome_id}” was retired[: {provenance.reason.text}]."),
    "common-agenda-adopted": plan(
        "The common agenda was adopted in version {agenda_version} with the outcomes {outcomes}."
    ),
    "common-agenda-revised": improve(
        "The common agenda was revised to version {agenda_version} with the outcomes {outcomes}."
    ),
    "agenda-endorsed-by-partner": plan(
        "{partner_id} endorsed version {agenda_version} of the common agenda."
    ),
    # Proposals and decisions
    "proposal-raised": plan("“{title}” was proposed ({decision_class})."),
    "proposal-amended": plan("The proposal “{it}” was reworded (wording {wording})."),
    "objection-raised": plan("{organisation} objected to “{it}”: {ground}"),
    "objection-integrated": plan("An objection to “{it}” was taken up: {how}"),
    "objection-withdrawn": plan("An objection to “{it}” was withdrawn."),
    "stood-aside": plan("{organisation} stood aside on “{it}”: {text}"),
    "conflict-declared": plan("{organisation} declared a conflict of interest in “{it}”: {nature}"),
    "decision-made": plan(
        "“{it}” was decided by {rule.method} with {#sectors} sectors present ({sectors}): {result}"
    ),
    "decision-deferred": plan("The decision on “{it}” was put off[ until {until}]: {text}"),
    "proposal-lapsed": plan("The proposal “{it}” lapsed."),
    "decision-reversed": improve("The decision “{it}” was reversed by “{reversed_by}”."),
    "review-item-noted": review("For the review of “{it}” ({kind}): {text}"),
    "evidence-pack-superseded": review("What an evidence pack froze has changed since[: {note}]"),
    "theory-revision-requested": improve(
        "A learning cycle asks for another theory of change: {what}"
    ),
    "decision-evidence-superseded": review(
        "The evidence for the decision “{it}” no longer stands[: it was {was}][, it is now {now}]."
    ),
    # Readiness
    "readiness-assessment-opened": plan(
        "Readiness began to be assessed by the instrument {instrument}, version {instrument_version}."
    ),
    "readiness-response-submitted": plan(
        "A response to the readiness assessment came in ({role}, {sector})."
    ),
    "readiness-position-agreed": plan(
        "The group agreed on where it stands[ ({band})]: {positions}."
    ),
    "readiness-assessment-completed": plan(
        "The readiness assessment was completed with {respondents} responses: {total} points[ ({band})]."
    ),
    "readiness-reassessment-scheduled": plan("Readiness is to be assessed again by {due}."),
    "readiness-reassessment-fell-due": review("Readiness was due to be assessed again on {due}."),
    # The backbone
    "backbone-appointed": plan(
        "{host} was appointed as backbone for {functions} by the decision “{decision_id}”."
    ),
    "backbone-functions-changed": plan(
        "The functions of the backbone are now {functions}, by the decision “{decision_id}”."
    ),
    "backbone-funding-secured": plan(
        "The backbone has {amount} {currency} from {payer} for {fte} full-time posts ({paid})."
    ),
    "backbone-funding-gap-detected": review(
        "The backbone at {host} is paid only until {covered_until}."
    ),
    "backbone-term-ended": improve(
        "The term of {host} as backbone ended[: {provenance.reason.text}]."
    ),
    # Engagement and updates
    "engagement-planned": plan(
        "The engagement “{title}” with {audience} was planned, to {level}: {purpose}"
    ),
    "engagement-held": plan("“{it}” was held with {groups}[; an answer is due by {answer_due}]."),
    "community-theme-captured": plan("In “{it}” it was said: {text}"),
    "feedback-returned": improve("Those who took part in “{it}” were told what changed: {text}"),
    "feedback-overdue": review("Those who took part in “{it}” have had no answer by {answer_due}."),
    "update-published": improve("The update “{title}” was published ({channel}, for {audiences})."),
    "update-acknowledged": improve("{organisation} acknowledged the update “{update_id}”."),
    "update-cadence-missed": review(
        "The update for {audience} ({channel}) was due on {due} and did not come."
    ),
    # The theory of change
    "pathway-added": plan("The pathway “{title}” leads to {outcomes}: {text}"),
    "hypothesis-stated": plan(
        "Hypothesis {label}: if {claim.condition}, then {claim.expectation}, because {claim.because}; refuted if {claim.refuted_if}."
    ),
    "assumption-challenged": review("The hypothesis “{hypothesis_id}” was challenged: {text}"),
    "hypothesis-supported": review(
        "The hypothesis “{hypothesis_id}” was supported by the finding “{found.finding_id}”."
    ),
    "hypothesis-refuted": review(
        "The hypothesis “{hypothesis_id}” was refuted by the finding “{found.finding_id}”."
    ),
    "hypothesis-revised": improve(
        "The hypothesis is now {label}: if {claim.condition}, then {claim.expectation}, because {claim.because}."
    ),
    "theory-of-change-versioned": plan(
        "The theory of change was published in version {theory_version} with {#hypotheses} hypotheses."
    ),
    # The learning cycle
    "cycle-opened": plan(
        "The learning cycle {number} “{title}” was opened; its review is due on {review_on}."
    ),
    "plan-approved": plan("The plan of “{it}” was approved[: {note}]."),
    "do-phase-started": Told("do", "The work of “{it}” began."),
    "review-opened": review("The review of “{it}” was opened."),
    "review-triggered": review("A review of “{it}” was called for: {cause}"),
    "evidence-pack-frozen": review(
        "The evidence “{title}” was frozen as known at {cites.known_at}."
    ),
    "finding-agreed": review("It was found: {text}[ The hypothesis: {verdict}.]"),
    "adaptation-decided": improve("It was decided to {kind}: {text}"),
    "adaptation-enacted": improve("The adaptation “{adaptation_id}” was carried out[: {note}]."),
    "adaptation-dropped": improve(
        "The adaptation “{adaptation_id}” was dropped[: {provenance.reason.text}]."
    ),
    "cycle-closed": improve("The learning cycle “{it}” was closed. What was learnt: {learnt}"),
}
