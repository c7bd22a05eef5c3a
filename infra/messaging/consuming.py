"""Consuming whole topics from offsets that we keep ourselves: no consumer group takes part."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from infra.messaging.thread import Thread
from infra.messaging.topics import Topic, describe

ANSWER_MS = 5_000
BUSY_SECONDS = 2.0
QUIET_PAUSE_SECONDS = 0.1
QUIET_POLL_MS = 15
MANY = 100
"""So many at once are company enough."""
COMPANY_SECONDS, LONGEST_COMPANY_SECONDS = 0.04, 0.1
"""After a message the next ones gather for so long: what comes alone does not wait. Where what is
done with them takes longer they gather as long as that took."""


class Message(NamedTuple):
    """Raw bytes, and where they stood."""

    source: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class Consuming:
    """A consumer that was assigned every partition of its topics."""

    def __init__(
        self,
        thread: Thread,
        consumer: KafkaConsumer,
        admin: KafkaAdminClient,
        topics: Sequence[Topic],
    ) -> None:
        self.topics = topics
        self._thread = thread
        self._consumer = consumer
        self._admin = admin
        self._busy_until = 0.0
        self._gathering_since = 0.0

    async def start(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Go on in each partition at its offset; at its beginning where none is given."""
        await self._thread(self._start, offsets)

    async def poll(self, milliseconds: int, company: float = 0.0) -> list[Message]:
        """What has come, each partition's in order. Waits so long for a first message, and after
        one that came before lets the next ones gather for `company` seconds at least."""
        return await self._thread(self._poll, milliseconds, company)

    async def same(self) -> bool:
        """Whether the broker still has these very topics, and reaches as far as we have read."""
        return await self._thread(self._same)

    async def close(self) -> None:
        await self._thread.closing(self._close)

    def _start(self, offsets: Mapping[tuple[str, int], int]) -> None:
        partitions = [
            TopicPartition(topic.name, number)
            for topic in self.topics
            for number in range(topic.partitions)
        ]
        self._consumer.assign(partitions)
        for partition in partitions:
            self._consumer.seek(partition, offsets.get(partition, 0))

    def _poll(self, milliseconds: int, company: float) -> list[Message]:
        """A broker that is asked a hundred times a second costs a tenth of a core, and so does who
        asks: where only marks come, it is asked less often. That delays the first line by 0.1 s."""
        now = time.monotonic()
        if now > self._busy_until:
            time.sleep(QUIET_PAUSE_SECONDS)
            milliseconds = min(milliseconds, QUIET_POLL_MS)
        else:
            gather = min(max(company, COMPANY_SECONDS), LONGEST_COMPANY_SECONDS)
            time.sleep(max(0.0, self._gathering_since + gather - now))
        polled = self._consumer.poll(timeout_ms=milliseconds)
        sources = {topic.name: topic.source for topic in self.topics}
        messages = [
            Message(sources[topic], partition, record.offset, record.key, record.value)
            for (topic, partition), records in polled.items()
            for record in records
        ]
        if any(message.key for message in messages):
            now = time.monotonic()
            self._busy_until = now + BUSY_SECONDS
            if len(messages) < MANY:
                self._gathering_since = now
        return messages

    def _same(self) -> bool:
        names = {topic.source: topic.name for topic in self.topics}
        if describe(self._admin, names) != list(self.topics):
            return False
        return all(self._within(partition) for partition in self._consumer.assignment())

    def _within(self, partition: TopicPartition) -> bool:
        end = self._consumer.highwater(partition)
        return end is None or bool(self._consumer.position(partition, timeout_ms=ANSWER_MS) <= end)

    def _close(self) -> None:
        self._admin.close()
        self._consumer.close(autocommit=False, timeout_ms=ANSWER_MS)
