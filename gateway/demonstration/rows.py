"""The scenario row by row: what must stand in the timeline, and on which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.demonstration.cast import Person
from gateway.demonstration.player import MELBOURNE, Player

SCENARIO = """
 1  2021-09-27  agenda.initiative-registered 1
 2  2021-10-18  agenda.readiness-assessment-opened 1
 3  2021-11-01  agenda.readiness-response-submitted 9
 4  2021-11-08  agenda.readiness-position-agreed 1
 5  2021-11-08  agenda.approach-judged-appropriate 1
 6  2021-11-22  agenda.phase-located 5
 7  2021-12-06  agenda.charter-adopted 1
 8  2021-12-06  agenda.backbone-appointed 1, agenda.backbone-funding-secured 1
 9  2022-02-09  agenda.partner-joined 12
10  2022-02-23  agenda.engagement-held 1, agenda.community-theme-captured 1
11  2022-03-02  agenda.proposal-raised 1
12  2022-03-09  agenda.objection-raised 1
13  2022-03-16  agenda.objection-integrated 1, agenda.decision-made 1
14  2022-03-16  agenda.common-agenda-adopted 1, agenda.feedback-returned 1
15  2022-03-16  measurement.measurement-framework-opened 1, measurement.measurement-gap-flagged 3
16  2022-03-30  measurement.data-agreement-activated 1
16  2022-03-30  measurement.indigenous-data-authority-named 1
17  2022-04-04  measurement.indicator-defined 6, measurement.indicator-design-assessed 6
17  2022-04-04  measurement.indicator-adopted 6
18  2022-04-06  measurement.baseline-established 5, measurement.target-set 6
18  2022-04-11  measurement.indicator-linked-to-outcome 2, measurement.measurement-gap-flagged 1
18  2022-04-11  measurement.measurement-framework-adopted 1
19  2022-04-13  agenda.hypothesis-stated 1
19  2022-04-20  agenda.cycle-opened 1
20  2022-04-27  activities.plan-of-action-adopted 1, activities.commitment-pledged 8
20  2022-04-27  activities.contribution-claimed 5
21  2022-04-27  activities.reinforcement-claimed 2, activities.reinforcement-confirmed 2
22  2022-05-02  agenda.plan-approved 1, agenda.do-phase-started 1
23  2022-05-09  activities.activity-started 4
24  2022-06-20  activities.after-action-review-recorded 1
25  2022-06-27  measurement.indicator-definition-changed 1, measurement.target-set 1
25  2022-06-27  activities.contribution-marked-for-review 2, agenda.review-item-noted 1
26  2022-07-29  measurement.submission-received 1, measurement.submission-queried 1
26  2022-07-29  measurement.query-answered 1, measurement.submission-accepted 1
27  2022-07-30  measurement.reporting-period-closed 1, measurement.completeness-gap-flagged 1
27  2022-08-03  measurement.reopening-requested 1, measurement.reporting-period-reopened 1
28  2022-08-15  activities.context-shift-noted 1
29  2022-09-12  activities.commitment-fulfilled 1, activities.commitment-renegotiated 1
30  2022-10-24  agenda.partner-withdrew 1, activities.lead-vacancy-flagged 1
31  2022-11-14  activities.activity-stopped 1, activities.after-action-review-recorded 1
32  2022-12-05  measurement.story-collected 6, measurement.story-consent-given 6
32  2022-12-05  measurement.story-selected 1
33  2023-01-27  measurement.observations-certified 3
35  2023-02-15  agenda.review-opened 1, agenda.evidence-pack-frozen 1
36  2023-02-15  agenda.finding-agreed 1, agenda.hypothesis-supported 1
37  2023-02-22  agenda.decision-made 1, agenda.adaptation-decided 1
38  2023-03-01  activities.plan-of-action-revised 1, measurement.target-revised 1
38  2023-03-01  agenda.adaptation-enacted 2
39  2023-03-20  measurement.observation-deduplicated 3
39  2023-03-21  measurement.observations-certified 3
41  2023-03-20  agenda.decision-evidence-superseded 1, agenda.evidence-pack-superseded 1
41  2023-03-22  agenda.decision-evidence-superseded 1, agenda.evidence-pack-superseded 1
42  2023-03-29  agenda.review-triggered 1, agenda.finding-agreed 1
43  2023-04-05  agenda.decision-made 1, agenda.decision-reversed 1
44  2023-04-12  agenda.hypothesis-revised 1, measurement.target-revised 1
44  2023-04-12  activities.plan-of-action-revised 1
45  2023-04-19  measurement.story-consent-withdrawn 1, measurement.story-erased 1
46  2023-05-03  agenda.engagement-held 1, agenda.feedback-returned 1
47  2023-05-17  agenda.phase-located 5
48  2023-05-31  agenda.backbone-funding-gap-detected 1, agenda.review-triggered 1
48  2023-06-01  measurement.data-agreement-varied 1
49  2023-06-14  agenda.cycle-closed 1, agenda.cycle-opened 1
"""
"""Row, day, and the facts with how many of each at least. Rows 34 and 40 are about releases."""


async def played(reading: Player, noted: Mapping[str, Any]) -> list[str]:
    """What is missing, as sentences."""
    told = await _timeline(reading, noted["initiative"])
    wrong = []
    for line in SCENARIO.strip().splitlines():
        row, day, facts = line.split(maxsplit=2)
        for fact, least in (each.split() for each in facts.split(", ")):
            if told[day, fact] < int(least):
                wrong.append(f"row {row}: {told[day, fact]} of {least} {fact} on {day}")
    return wrong


async def _timeline(reading: Player, initiative: str) -> Counter[tuple[str, str]]:
    """How often each fact happened on each day, where it was so."""
    path, told = f"/v1/initiatives/{initiative}/timeline", Counter[tuple[str, str]]()
    query = {"limit": "500"}
    while True:
        page = await reading.reads(Person.EVALUATOR, path, **query)
        for fact in page["facts"]:
            when = datetime.fromisoformat(fact["time"]).astimezone(MELBOURNE)
            told[when.date().isoformat(), fact["type"]] += 1
        if not page.get("next"):
            return told
        query = {"cursor": page["next"]}
