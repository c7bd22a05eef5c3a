"""Where an initiative stands: each element of a framework for itself, in a phase of it."""

from __future__ import annotations

from infra.kernel import RuleForbids, Text
from infra.kernel.provenance import Code
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.values import Value


class LocatedTwice(RuleForbids):
    """{element} is located more than once here; give each element one phase."""


class FrameworkVersionUnknown(RuleForbids):
    """{framework} is known here in version {present}, not {asked}; name the version that is."""


class Location(Value):
    """Where one element stands, and what was seen there."""

    element: Code
    phase: Code
    basis: Text


def refuse_misplaced(framework: str, version: int, locations: tuple[Location, ...]) -> None:
    code_list("phase-frameworks").require(framework)
    phases, elements = code_list(f"{framework}-phases"), code_list(f"{framework}-elements")
    if version != phases.version:
        raise FrameworkVersionUnknown(framework=framework, present=phases.version, asked=version)
    located = [location.element for location in locations]
    for location in locations:
        elements.require(location.element)
        phases.require(location.phase)
        if located.count(location.element) > 1:
            raise LocatedTwice(element=location.element)
