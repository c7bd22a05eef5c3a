"""Registers and dossiers: every page that is put together from an initiative's facts."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.api import decisions, finding, numbers, overview, results, standing, stories

router = APIRouter()
for page in (overview, decisions, numbers, standing, results, stories, finding):
    router.include_router(page.router)
