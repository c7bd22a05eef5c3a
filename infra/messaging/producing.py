"""Producing into one topic, with every line acknowledged before the call returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.partitioner.default import murmur2

from infra.messaging.thread import Thread
from infra.messaging.topics import BrokerLost, Topic

ACKNOWLEDGED_SECONDS = 10.0
ANSWER_MS = 5_000
KEYS_REMEMBERED = 100_000

Sent = list[Any]
"""One future a line."""


class Producing:
    """The one producer of a topic. After any error: close it, and open another."""

    def __init__(
        self, thread: Thread, producer: KafkaProducer, asking: KafkaConsumer, topic: Topic
    ) -> None:
        self.topic = topic
        self._thread = thread
        self._producer = producer
        self._asking = asking
        self._places: dict[UUID, tuple[bytes, int]] = {}

    async def highwater(self, expected: Mapping[int, int]) -> dict[int, int]:
        """The next offset of each partition, as the broker has it, looked for near `expected`."""
        return await self._thread(self._highwater, expected)

    async def send(self, lines: Iterable[tuple[UUID, str]]) -> Sent:
        """(partition key, line) in order: on their way when this returns, not acknowledged yet."""
        return await self._thread(self._send, lines)

    async def settle(self, sent: Sent, *, hurry: bool) -> dict[int, int]:
        """The next offset of each partition, once all of these are acknowledged.

        `hurry` where nothing follows: no batch waits for more lines then.
        """
        return await self._thread(self._settle, sent, hurry)

    async def send_everywhere(self, value: bytes) -> dict[int, int]:
        """The same message, without a key, to every partition."""
        return await self._thread(self._send_everywhere, value)

    async def close(self) -> None:
        await self._thread.closing(self._close)

    def _send(self, lines: Iterable[tuple[UUID, str]]) -> Sent:
        send, topic, places = self._producer.send, self.topic.name, self._places
        sent = []
        for key, line in lines:
            name, partition = places.get(key) or self._place(key)
            sent.append(send(topic, line.encode(), name, partition=partition))
        return sent

    def _send_everywhere(self, value: bytes) -> dict[int, int]:
        send, name = self._producer.send, self.topic.name
        sent = [send(name, value, partition=number) for number in range(self.topic.partitions)]
        return self._settle(sent, hurry=True)

    def _place(self, key: UUID) -> tuple[bytes, int]:
        """The default partitioner's answer, remembered: working it out takes 40 % of the time."""
        if len(self._places) >= KEYS_REMEMBERED:
            self._places.clear()
        name = str(key).encode()
        self._places[key] = name, (murmur2(name) & 0x7FFFFFFF) % self.topic.partitions
        return self._places[key]

    def _settle(self, sent: Sent, hurry: bool) -> dict[int, int]:
        if hurry:
            self._producer.flush(timeout=ACKNOWLEDGED_SECONDS)
        reached: dict[int, int] = {}
        for future in sent:
            # `get` raises what the broker answered; it takes a lock, so it is asked if need be.
            told = future.value if future.succeeded() else future.get(ACKNOWLEDGED_SECONDS)
            reached[told.partition] = told.offset + 1
        return reached

    def _highwater(self, expected: Mapping[int, int]) -> dict[int, int]:
        name = self.topic.name
        partitions = [TopicPartition(name, number) for number in range(self.topic.partitions)]
        self._asking.assign(partitions)
        for partition in partitions:
            self._asking.seek(partition, max(0, expected.get(partition.partition, 0) - 1))
        for _ in range(ANSWER_MS // 100):
            self._asking.poll(timeout_ms=100)
            told = {one.partition: self._asking.highwater(one) for one in partitions}
            if None not in told.values():
                return told
        raise BrokerLost(f"the broker does not say where {name} ends")

    def _close(self) -> None:
        self._asking.close(autocommit=False, timeout_ms=ANSWER_MS)
        self._producer.close(timeout=1)
