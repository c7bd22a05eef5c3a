"""Producing into one topic, with every line acknowledged before the call returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.partitioner.default import murmur2

from infra.messaging.thread import Thread
from infra.messaging.topics import BrokerLost, Topic

ACKNOWLEDGED_SECONDS = 10.0
ANSWER_MS = 5_000
KEYS_REMEMBERED = 100_000


class Producing:
    """The one producer of a topic. After any error: close it, and open another."""

    def __init__(
        self, thread: Thread, producer: KafkaProducer, asking: KafkaConsumer, topic: Topic
    ) -> None:
        self.topic = topic
        self._thread = thread
        self._producer = producer
        self._asking = asking
        self._partition_of: dict[str, int] = {}

    async def highwater(self, expected: Mapping[int, int]) -> dict[int, int]:
        """The next offset of each partition, as the broker has it, looked for near `expected`."""
        return await self._thread(self._highwater, expected)

    async def send(self, lines: Iterable[tuple[str, str]]) -> dict[int, int]:
        """(key, line) in order. The next offset of each partition, once all are acknowledged."""
        return await self._thread(self._send, lines)

    async def send_everywhere(self, value: bytes) -> dict[int, int]:
        """The same message, without a key, to every partition."""
        return await self._thread(self._send_everywhere, value)

    async def close(self) -> None:
        await self._thread.closing(self._close)

    def _send(self, lines: Iterable[tuple[str, str]]) -> dict[int, int]:
        send, topic, known = self._producer.send, self.topic.name, self._partition_of
        sent = []
        for key, line in lines:
            partition = known.get(key)
            if partition is None:
                partition = self._place(key)
            sent.append(send(topic, line.encode(), key.encode(), partition=partition))
        return self._acknowledged(sent)

    def _send_everywhere(self, value: bytes) -> dict[int, int]:
        send, name = self._producer.send, self.topic.name
        return self._acknowledged(
            [send(name, value, partition=number) for number in range(self.topic.partitions)]
        )

    def _place(self, key: str) -> int:
        """The default partitioner's answer, remembered: working it out takes 40 % of the time."""
        if len(self._partition_of) >= KEYS_REMEMBERED:
            self._partition_of.clear()
        number: int = (murmur2(key.encode()) & 0x7FFFFFFF) % self.topic.partitions
        self._partition_of[key] = number
        return number

    def _acknowledged(self, sent: Sequence[Any]) -> dict[int, int]:
        self._producer.flush(timeout=ACKNOWLEDGED_SECONDS)
        reached: dict[int, int] = {}
        for future in sent:
            told = future.get(timeout=0)  # raises what the broker answered
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
