"""The topics as a broker has them. One topic a service: `commonweal.agenda`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import TopicAlreadyExistsError

log = logging.getLogger(__name__)

MADE_MS = 5_000


class BrokerLost(Exception):
    """The broker no longer is, or holds, what it was or acknowledged; or it does not say."""


class Topic(NamedTuple):
    """A topic as the broker has it now. Another incarnation holds none of what was there before."""

    source: str
    name: str
    incarnation: str
    partitions: int


def ensure(
    admin: KafkaAdminClient, names: Mapping[str, str], *, partitions: int, replication: int
) -> list[Topic]:
    """The topics, by source, as they are, and made where they are missing.

    Several processes may do so at once.
    """
    there = {topic.source for topic in describe(admin, names)}
    for name in [name for source, name in names.items() if source not in there]:
        try:
            admin.create_topics([NewTopic(name, partitions, replication)], timeout_ms=MADE_MS)
        except TopicAlreadyExistsError:
            log.debug("%s was made by somebody else just now", name)
    found = describe(admin, names)
    if len(found) < len(names):
        raise BrokerLost(f"the broker does not show all of {', '.join(names.values())} yet")
    return found


def describe(admin: KafkaAdminClient, names: Mapping[str, str]) -> list[Topic]:
    """Those of these topics, by source, that the broker has."""
    cluster = admin.describe_cluster()["cluster_id"]
    told = {topic["name"]: topic for topic in admin.describe_topics(list(names.values()))}
    return [
        Topic(source, name, f"{cluster}/{topic['topic_id']}", len(topic["partitions"]))
        for source, name in names.items()
        if (topic := told.get(name)) and topic["error_code"] == 0 and topic["partitions"]
    ]
