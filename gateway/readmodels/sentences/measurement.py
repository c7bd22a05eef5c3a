"""The facts of shared measurement, in plain words."""
# ruff: noqa: E501 (one sentence, one line)

from __future__ import annotations

from gateway.readmodels.sentences.told import Told, do, improve, plan, review

MEASUREMENT: dict[str, Told] = {
    # The measurement framework
    "measurement-framework-opened": plan("The measurement framework “{title}” was begun."),
    "indicator-linked-to-outcome": plan(
        "“{indicator_id}” ({level}) was linked to the outcome “{outcome_id}”."
    ),
    "indicator-unlinked": improve(
        "“{indicator_id}” no longer shows the outcome “{outcome_id}”[: {provenance.reason.text}]."
    ),
    "indicator-unlinking-proposed": review(
        "“{outcome_id}” is retired, and {indicators} are still linked to it."
    ),
    "measurement-gap-flagged": plan(
        "What cannot be shown yet of “{outcome_id}”: {gap.gap}[ What will be done: {gap.plan}][ By {gap.by}.]"
    ),
    "measurement-framework-adopted": plan(
        "The measurement framework was adopted for {#outcomes} outcomes[ by the decision “{decision_id}”]."
    ),
    "measurement-framework-revised": improve(
        "The measurement framework was revised to version {framework_version}[: {provenance.reason.text}]."
    ),
    "validation-rule-stated": plan(
        "From here on submissions are looked at by the rule {rule.code} ({rule.criterion.kind}, {rule.severity})[: {rule.because}]."
    ),
    "validation-rule-changed": improve(
        "The rule {rule.code} ({rule.criterion.kind}, {rule.severity}) was changed[: {provenance.reason.text}]."
    ),
    "validation-rule-withdrawn": improve(
        "Submissions are no longer looked at by the rule {code}[: {provenance.reason.text}]."
    ),
    "period-calendar-stated": plan(
        "The calendar “{calendar.title}” says which periods there are: {#calendar.periods} of them."
    ),
    "period-calendar-changed": improve(
        "The calendar “{calendar.title}” was changed[: {provenance.reason.text}]."
    ),
    # Indicators
    "indicator-proposed": plan("The indicator {code} “{name}” was proposed."),
    "indicator-defined": plan(
        "“{definition.name}” was defined, in {definition.unit}[, computed as {definition.formula.text}]."
    ),
    "indicator-definition-changed": improve(
        "The definition of “{it}” was changed to version {version} (“{definition.name}”[, computed as {definition.formula.text}]); values stay comparable: {comparable}[. Why: {provenance.reason.text}]."
    ),
    "indicator-design-assessed": plan(
        "The design of “{it}” was assessed by the checklist {checklist}."
    ),
    "indicator-adopted": plan(
        "“{it}” was adopted in version {version}[ by the decision “{decision_id}”]."
    ),
    "indicator-deprecated": improve("“{it}” was deprecated[: {provenance.reason.text}]."),
    "indicator-mapped": plan(
        "“{it}” was mapped to {scheme} {code}[ (comparable with others: {comparable})]."
    ),
    "baseline-established": plan(
        "The baseline of “{it}” is {baseline.value}[ ({baseline.period})][ in {baseline.place}]."
    ),
    "target-set": plan(
        "The target of “{it}” is {target.value}[ (tolerance {target.tolerance})][ for {target.period}][ in {target.place}][, carried over: {provenance.reason.text}]."
    ),
    "target-revised": improve(
        "The target of “{it}” was changed from {was} to {target.value}[ (tolerance {target.tolerance})][: {provenance.reason.text}]."
    ),
    "target-revision-requested": improve(
        "A learning cycle asks for another target of “{it}”: {what}"
    ),
    "target-withdrawn": improve(
        "The target {target.value} of “{it}” was withdrawn[: {provenance.reason.text}]."
    ),
    # Data agreements
    "data-agreement-drafted": plan(
        "The data agreement “{title}” ({kind}) was drafted[: {terms.purpose}]."
    ),
    "data-agreement-signed": plan("{party} signed the data agreement “{it}”."),
    "data-agreement-activated": plan("The data agreement “{it}” is in force[ until {ends}]."),
    "data-agreement-varied": improve(
        "The data agreement “{it}” got other terms (version {terms_version})[: {provenance.reason.text}]."
    ),
    "data-agreement-suspended": improve(
        "The data agreement “{it}” was suspended[: {provenance.reason.text}]."
    ),
    "data-agreement-revoked": improve(
        "The data agreement “{it}” was revoked[: {provenance.reason.text}]."
    ),
    "data-agreement-marked-for-review": review(
        "{organisation} is no partner any more; its data agreement “{it}” is to be looked at again."
    ),
    "data-agreement-expired": review("The data agreement “{it}” ended on {ends}."),
    "indigenous-data-authority-named": plan(
        "{name} was named as the Indigenous data authority of “{it}”."
    ),
    # Reporting periods
    "reporting-period-opened": do(
        "The reporting round “{title}” ({kind}) was opened from {opens} to {closes}, due on {due}[, for {periods}]."
    ),
    "reporting-period-closed": do(
        "The reporting round “{it}” was closed (by itself: {by_itself})."
    ),
    "reopening-requested": do(
        "It was requested to reopen the reporting round “{it}” until {until} ({reason_code})[: {provenance.reason.text}]."
    ),
    "reporting-period-reopened": do(
        "The reporting round “{it}” was reopened until {until} ({reason_code})."
    ),
    "reopening-refused": do(
        "The reporting round “{it}” was not reopened[: {provenance.reason.text}]."
    ),
    "completeness-gap-flagged": do(
        "{organisation} left a gap under “{agreement_id}” in the reporting round “{it}”[: {count} series that came before are missing]."
    ),
    "submission-deadline-extended": do(
        "The reporting round “{it}” is now due on {due} instead of {was}[: {provenance.reason.text}]."
    ),
    # Series
    "observations-recorded": do(
        "Values of “{indicator_id}” in {place}[ ({dimensions})] were recorded: {observations}."
    ),
    "observation-corrected": improve(
        "A value of “{indicator_id}” in {place}[ ({dimensions})] was corrected from {was} to {now}[: {provenance.reason.text}]."
    ),
    "observation-deduplicated": improve(
        "{removed} who had been counted twice were taken out of “{indicator_id}” in {place}: {was} became {now}."
    ),
    "observations-certified": review(
        "Values of “{indicator_id}” in {place}[ ({dimensions})] were certified: {observations}."
    ),
    "observation-decertified": review(
        "A value of “{indicator_id}” in {place}[ ({dimensions})] is no longer certified: {observation}[. Why: {provenance.reason.text}]."
    ),
    "observation-status-changed": do(
        "The value of “{indicator_id}” in {place}[ ({dimensions})] for {now.period} now has the status {now.status} instead of {was.status}."
    ),
    "observation-withdrawn": improve(
        "A value of “{indicator_id}” in {place}[ ({dimensions})] was withdrawn: {was}[. Why: {provenance.reason.text}]."
    ),
    "signal-raised": review(
        "“{indicator_id}” in {place}[ ({dimensions})] calls for a look ({kind}): {was} became {now}[; the target is {target}]."
    ),
    "anomaly-flagged": review(
        "A value of “{indicator_id}” in {place}[ ({dimensions})] was found odd by the rule {rule}: {observation}. {finding}"
    ),
    # Submissions
    "submission-received": do(
        "A submission of {rows} rows was received from {provider} for {indicators}[, under “{agreement_id}”][, in the round “{reporting_period_id}”]."
    ),
    "findings-noted": do("Findings on rows of a submission were noted: {#findings}."),
    "submission-validated": do(
        "The submission was checked: {blocked} rows are held up by what was found[ ({rules})]."
    ),
    "submission-queried": do("{provider} was asked about its submission: {question}"),
    "query-answered": do("{provider} answered about its submission: {answer}"),
    "submission-accepted": do(
        "The submission was accepted: {counts.new} new values, {counts.unchanged} unchanged, {counts.corrected} corrected, {counts.missing} missing, {counts.left_out} left out."
    ),
    "submission-rejected": do(
        "The submission was not accepted ({rejection})[: {provenance.reason.text}]; none of its values counts."
    ),
    "submission-withdrawn": do(
        "{provider} took its submission back[: {provenance.reason.text}]; none of its values counts."
    ),
    "accepted-submission-withdrawn": do(
        "The submission of {provider} was withdrawn after it had been accepted[: {provenance.reason.text}]; what stood as it had brought it was withdrawn."
    ),
    "submission-verified": review("The submission was verified on {sample} of its rows: {method}"),
    # Outcome harvests
    "system-change-noticed": review("In {place}, {when}, {who} changed ({direction}): {what}"),
    "significance-rated": review("The significance of a change is {significance}: {because}"),
    "contribution-described": review("How the partners contributed to a change: {how}"),
    "outcome-substantiated": review("{organisation} confirmed a change: {because}"),
    "outcome-disputed": review("{organisation} did not confirm a change: {because}"),
    # Change stories
    "story-collected": review("A story of change was collected (domain: {domain})."),
    "story-consent-given": review("A storyteller agreed to the use of a story: {uses}."),
    "story-consent-withdrawn": improve(
        "A storyteller withdrew the consent; the story is not used any more."
    ),
    "story-screened": review("A story of change was screened: {screening}."),
    "story-selected": review("A panel selected a story of change: {panel}."),
    "story-verified": review("A story of change was verified ({method})."),
    "story-selection-fed-back": review("What was selected was told back to: {to}."),
    "story-erased": improve("A story of change was erased: its key is destroyed."),
    # Instrument rounds
    "instrument-round-opened": do(
        "The round “{title}” of {instrument}, version {instrument_version}, was opened for {period}."
    ),
    "instrument-results-entered": do(
        "Results of “{it}” were entered: {results.domain}[ in {results.place}]."
    ),
    "instrument-round-closed": do("The round “{it}” was closed with {results} results."),
}
