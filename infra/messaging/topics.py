"""Topic names, and the topics as a broker has them. One topic a service: `commonweal.agenda`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

log = logging.getLogger(__name__)

PREFIX = "commonweal."
MADE_MS = 5_000


class BrokerLost(Exception):
    """The broker no longer is, or holds, what it was or acknowledged; or it does not say."""


class Topic(NamedTuple):
    """A topic as the broker has it now. Another incarnation holds none of what was there before."""

    name: str
    incarnation: str
    partitions: int


def topic_of(source: str) -> str:
    """Where a service's lines travel."""
    return f"{PREFIX}{source}"


def source_of(topic: str) -> str:
    """Whose lines travel there."""
    return topic.removeprefix(PREFIX)


def ensure(
    admin: KafkaAdminClient, names: Sequence[str], *, partitions: int, replication: int
) -> list[Topic]:
    """The topics as they are, made where they are missing. Several processes may do so at once."""
    missing = [name for name, topic in describe(admin, names).items() if topic is None]
    for name in missing:
        try:
            admin.create_topics([NewTopic(name, partitions, replication)], timeout_ms=MADE_MS)
        except TopicAlreadyExistsError:
            log.debug("%s was made by somebody else just now", name)
    found = {name: topic for name, topic in describe(admin, names).items() if topic}
    if len(found) < len(names):
        raise BrokerLost(f"the broker does not show {sorted({*names} - found.keys())} yet")
    return [found[name] for name in names]


def describe(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, Topic | None]:
    """What the broker knows of these topics; None for one that it does not have."""
    cluster = admin.describe_cluster()["cluster_id"]
    told = {topic["name"]: topic for topic in admin.describe_topics(list(names))}
    found: dict[str, Topic | None] = dict.fromkeys(names)
    for name in names:
        topic = told.get(name)
        if topic and topic["error_code"] == 0 and topic["partitions"]:
            incarnation = f"{cluster}/{topic['topic_id']}"
            found[name] = Topic(name, incarnation, len(topic["partitions"]))
    return found
