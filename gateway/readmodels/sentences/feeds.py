"""The facts of feeds and their releases, in plain words. What a release withholds, they do not
say either."""
# ruff: noqa: E501 (one sentence, one line)

from __future__ import annotations

from gateway.readmodels.sentences.told import Told, improve, plan, review

FEEDS: dict[str, Told] = {
    # Profiles
    "feed-profile-defined": plan(
        "The feed “{title}” ({code}) was set up for {#indicators} indicators, {cadence}[: for {audience.organisation}]."
    ),
    "feed-profile-changed": improve(
        "The feed “{title}” was changed to version {profile_version}[: {provenance.reason.text}]."
    ),
    "feed-profile-marked-for-change": review(
        "The feed “{it}” is to be changed: the agreement “{agreement_id}” has ended, which {indicators} came under."
    ),
    "feed-profile-retired": improve("The feed “{it}” was retired[: {provenance.reason.text}]."),
    # Releases
    "feed-release-prepared": review(
        "The release “{title}” (number {number}) was prepared from what was known at {positions}[, in place of “{replaces}”]."
    ),
    "disclosure-control-applied": review(
        "Small numbers were protected by {policy_version}: of {cells} cells {primary} are withheld because they are small, and {secondary} so that these stay so; held against {compared} earlier releases, at least {k} values remain possible for each."
    ),
    "released-cells-frozen": review("{#cells} cells of a release were frozen (page {page})."),
    "reliability-determined": review(
        "For {purpose} the figures are judged {determination}[: {note}]."
    ),
    "feed-release-approved": review("The release “{it}” was approved."),
    "feed-release-discarded": review(
        "The release “{it}” (number {number}) was discarded unpublished[: {provenance.reason.text}]."
    ),
    "feed-released": review("The release “{it}” (number {number}) was published[: {note}]."),
    "feed-restated": improve(
        "A release took the place of “{replaces}”[: {note}][. Why: {provenance.reason.text}]."
    ),
    "feed-restatement-opened": improve(
        "The release “{it}” is to be restated: {cells} of its cells rest on what was changed since ({fact})."
    ),
    "feed-acknowledged": review("{organisation} acknowledged the release “{it}”."),
    "feed-challenged": review("{organisation} challenged the release “{it}”: {ground}"),
    "challenge-resolved": improve("A challenge of the release “{it}” was {outcome}: {text}"),
}
