"""The first page: what this is, and where each of the three users begins."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Commonweal</title>
</head>
<body>
<main>
<h1>Commonweal</h1>
<p>An API for Collective Impact: organisations of different sectors in one place agree on a common
agenda, measure together, do work that reinforces each other's, review it, and improve. Every step
is kept as a fact, so anybody can see what was known when, and who changed what and why.</p>
<p>Every request carries a token: <code>commonweal token --help</code> makes one.</p>
<h2>Partners: plan, do, review, improve</h2>
<ul>
<li><a href="/v1/initiatives">/v1/initiatives</a>: which initiatives there are</li>
<li>/v1/initiatives/{id}/timeline: the whole story, a sentence for each fact</li>
<li>/v1/initiatives/{id}/progress: each indicator against its target</li>
<li>/v1/cycles/{id}: plan beside do beside review beside improve</li>
</ul>
<p>All take <code>as_known_at</code> (what was known by then) and <code>as_at</code> (what was so by
then).</p>
<h2>Funders: figures that can be checked</h2>
<ul>
<li>/v1/indicators/{id}/observations: every value as it was given, as JSON or CSV</li>
<li>/v1/events/{source}/{sequence}: the line that says so, byte for byte</li>
</ul>
<h2>Evaluators and developers: the history itself</h2>
<ul>
<li><a href="/v1/events">/v1/events</a>: all lines as JSON Lines, from any point;
<code>commonweal replay</code> does the same from the shell</li>
<li>/contracts/{service}/{file}: the JSON Schema of every fact</li>
<li><a href="/openapi.json">/openapi.json</a>: everything there is to ask</li>
</ul>
</main>
</body>
</html>
"""


@router.get("/", response_class=HTMLResponse)
async def home() -> HTMLResponse:
    """Plain HTML, for people."""
    return HTMLResponse(PAGE)
