"""What there is to look at when the demonstration has been played."""

from __future__ import annotations

import json
import shlex

from gateway.demonstration.cast import DEPARTMENT, HARBOUR
from gateway.demonstration.releases import FEED
from gateway.demonstration.scenario import STORY
from infra.runtime import House

TOUR = """
What there is to look at. Each line works as it stands in another shell, in this folder:

  export COMMONWEAL_DATA={data}
  export TOKEN=$(.venv/bin/commonweal token --demo --person p-evaluator --role evaluator \\
    --organisation {department})
  get() {{ curl -sS -H "Authorization: Bearer $TOKEN" "$@"; echo; }}   # | python3 -m json.tool

  The whole history, every fact a sentence
    get {url}/v1/initiatives/{initiative}/timeline

  Where each indicator stands: now, on 20 February 2023, and on 25 March 2023
    get {url}/v1/initiatives/{initiative}/progress
    get "{url}/v1/initiatives/{initiative}/progress?as_known_at=2023-02-20"
    get "{url}/v1/initiatives/{initiative}/progress?as_known_at=2023-03-25"

  What if: with those who were counted twice; with another target; as it was defined at first
    get "{url}/v1/indicators/{indicator}/what-if?deduplication=ignored"
    get "{url}/v1/indicators/{indicator}/what-if?target=55"
    get "{url}/v1/indicators/{indicator}/what-if?definition_version=1"

  A share that is computed from a count, with the line that it comes from
    get {url}/v1/indicators/{computed}/results

  The common agenda as twelve partners endorsed it, and what became of updates and money
    get {url}/v1/initiatives/{initiative}/common-agenda/versions/1
    get {url}/v1/initiatives/{initiative}/communication
    get {url}/v1/initiatives/{initiative}/backbone

  The learning cycle: plan beside do beside review beside improve
    get {url}/v1/cycles/{cycle}

  A partner's system writes (a key per command; the same key again is the same answer)
    curl -sS -X POST {url}/v1/initiatives/{initiative}/learning-notes \\
      -H "Authorization: Bearer $(.venv/bin/commonweal token --demo --person p-harbour \\
         --role partner-representative --organisation {harbour})" \\
      -H "Idempotency-Key: my-first-note" \\
      -H "Content-Type: application/json" -d '{{"note": "Ring back on Mondays."}}'

  An evaluator reads figures as CSV: real data of Statistics Canada
    get -H "Accept: text/csv" {url}/v1/indicators/{comparison}/observations

  A funder, the area office, pulls its feed, and checks it with the key that stands in its agreement
    export FUNDER=$(.venv/bin/commonweal token --demo --person p-area-office --role funder \\
      --organisation {department})
    pull() {{ curl -sS -f -H "Authorization: Bearer $FUNDER" "$@"; }}
    pull "{url}/v1/feeds/{feed}?includeHistory=true"; echo
    pull -o 1.zip {url}/v1/feeds/{feed}/releases/1.zip
    pull -o 2.zip {url}/v1/feeds/{feed}/releases/2.zip
    curl -sS {url}/log/keys | grep /log/measurement+ > agreed.vkey
    .venv/bin/commonweal verify 2.zip --key agreed.vkey --previous 1.zip

  A developer replays every line, exactly as it was written
    COMMONWEAL_TOKEN=$TOKEN .venv/bin/commonweal replay --url {url} --initiative {initiative}

  The door's one OpenAPI document: {url}/openapi.json
"""


async def tour(house: House) -> str:
    """The links and commands, filled in for this house."""
    noted = json.loads((house.notes / STORY).read_text())
    data = shlex.quote(str(house.notes.parent.absolute()))
    cast = {"department": DEPARTMENT.id, "harbour": HARBOUR.id}
    return TOUR.format(url=house.url, data=data, feed=FEED, **cast, **noted)
