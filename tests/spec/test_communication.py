"""Updates reach named audiences; a cadence that the charter promised is kept or found missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.agenda.domain import Communication
from services.agenda.domain.charter import Cadence
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.communication import (
    AcknowledgedAlready,
    AudienceTwice,
    NoSuchUpdate,
    NothingPromised,
    NotMissed,
    Promised,
    UpdateAcknowledged,
    UpdateCadenceMissed,
    UpdatePublished,
)
from tests.callers import named
from tests.given import SOMETIME, Fact, fact, given
from tests.spec.agenda_cast import INITIATIVE, LLEN, untouched

UPDATE = named("term 1")
CADENCES = (Cadence(audience="partners", channel="newsletter", days=30),)
DUE = SOMETIME + timedelta(days=30)


def published(audiences: tuple[str, ...] = ("partners",), channel: str = "newsletter") -> Fact:
    promised = "partners" in audiences and channel == "newsletter"
    return fact(
        UpdatePublished,
        initiative_id=INITIATIVE,
        update_id=UPDATE,
        title="Term 1",
        text="What was done.",
        audiences=audiences,
        channel=channel,
        charter_version=1,
        next_due=(Promised(audience="partners", due=DUE),) if promised else (),
    )


MISSED = fact(
    UpdateCadenceMissed,
    initiative_id=INITIATIVE,
    audience="partners",
    channel="newsletter",
    due=DUE,
    days=30,
    charter_version=1,
)
NOTED = fact(UpdateAcknowledged, update_id=UPDATE, person="person-1", organisation=LLEN)


def publish(audiences: tuple[str, ...] = ("partners",), channel: str = "newsletter"):
    return lambda communication: communication.publish(
        update_id=UPDATE,
        title="Term 1",
        text="What was done.",
        audiences=audiences,
        channel=channel,
        charter_version=1,
        cadences=CADENCES,
        at=SOMETIME,
    )


def find(due: datetime = DUE, cadences: tuple[Cadence, ...] = CADENCES):
    return lambda communication: communication.find_missed(
        audience="partners",
        channel="newsletter",
        due=due,
        charter_version=1,
        cadences=cadences,
    )


def test_an_update_says_when_the_next_one_is_promised():
    untouched(Communication).when(publish()).then(published())
    both = ("partners", "families")
    untouched(Communication).when(publish(both)).then(published(both))
    untouched(Communication).when(publish(channel="print")).then(published(channel="print"))


def test_channels_are_listed_and_audiences_named_once():
    untouched(Communication).when(publish(channel="smoke")).then_refused(UnknownCode)
    untouched(Communication).when(publish(("a", "a"))).then_refused(AudienceTwice)


def test_a_person_takes_note_once():
    def note(communication: Communication) -> None:
        communication.acknowledge(update_id=UPDATE, person="person-1", organisation=LLEN)

    untouched(Communication).when(note).then_refused(NoSuchUpdate)
    given(Communication, published()).when(note).then(NOTED)
    given(Communication, published(), NOTED).when(note).then_refused(AcknowledgedAlready)


def test_a_miss_is_found_once_and_ends_with_the_next_update():
    untouched(Communication).when(find()).then(MISSED)
    given(Communication, published()).when(find()).then(MISSED)
    given(Communication, published(), MISSED).when(find()).then_refused(NotMissed)
    given(Communication, MISSED, published()).when(find()).then(MISSED)


def test_a_cadence_is_kept_where_the_audience_heard_since_on_that_channel():
    early = find(DUE - timedelta(days=1))
    given(Communication, published()).when(early).then_refused(NotMissed)
    elsewhere = published(channel="print")
    given(Communication, elsewhere).when(find()).then(MISSED)


def test_what_the_charter_no_longer_promises_is_not_missed():
    given(Communication, published()).when(find(cadences=())).then_refused(NothingPromised)
