"""Everything that is asked of kafka-python. Its calls block, so each runs in a thread of its own.

What differs between brokers stays in here. Tansu, in memory, forgets all topics when it ends, and
answers `end_offsets` with the start of the last batch; its high-water mark is right, as Kafka's is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from infra.messaging.consuming import Consuming
from infra.messaging.producing import ACKNOWLEDGED_SECONDS, Producing
from infra.messaging.thread import Thread
from infra.messaging.topics import BrokerLost, Topic, ensure
from infra.postgres import AWAY, Unavailable

CONNECT_MS = 3_000
CALL_MS = 5_000
LINGER_MS = 5
BATCH_BYTES = 256 * 1024
FETCH_WAIT_MS = 10  # Tansu looks for new messages only this often: it is the latency
FETCH_RECORDS = 5_000


class Broker:
    """Where it is, and how our topics are to be made there."""

    AWAY: ClassVar[tuple[type[Exception], ...]] = (*AWAY, Unavailable, KafkaError, BrokerLost)

    def __init__(
        self, bootstrap: str, *, partitions: int = 1, replication: int = 1, prefix: str
    ) -> None:
        self._bootstrap = bootstrap
        self._prefix = prefix
        self._partitions = partitions
        self._replication = replication

    async def producing(self, source: str) -> Producing:
        """A producer for one service's topic, which exists then."""
        thread = Thread(f"produce {source}")
        return Producing(thread, *await thread.opening(self._open_producer, source))

    async def consuming(self, sources: Collection[str]) -> Consuming:
        """A consumer of these services' topics, which exist then; `start` it at its offsets."""
        thread = Thread("consume")
        return Consuming(thread, *await thread.opening(self._open_consumer, sources))

    def _open_producer(self, source: str) -> tuple[KafkaProducer, KafkaConsumer, Topic]:
        (topic,) = self._ensure([source])
        asking = self._consumer(max_partition_fetch_bytes=1, fetch_max_bytes=1)
        try:
            producer = KafkaProducer(
                bootstrap_servers=self._bootstrap,
                client_id=f"commonweal relay {source}",
                acks="all",
                enable_idempotence=True,
                linger_ms=LINGER_MS,
                batch_size=BATCH_BYTES,
                max_block_ms=CALL_MS,
                request_timeout_ms=CALL_MS,
                delivery_timeout_ms=int(ACKNOWLEDGED_SECONDS * 1000),
                bootstrap_timeout_ms=CONNECT_MS,
                reconnect_backoff_max_ms=1_000,
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
        except BaseException:
            asking.close(autocommit=False, timeout_ms=CONNECT_MS)
            raise
        return producer, asking, topic

    def _open_consumer(
        self, sources: Collection[str]
    ) -> tuple[KafkaConsumer, KafkaAdminClient, list[Topic]]:
        found = self._ensure(sources)
        admin = self._admin()
        try:
            return self._consumer(), admin, found
        except BaseException:
            admin.close()
            raise

    def _consumer(self, **options: int) -> KafkaConsumer:
        return KafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id="commonweal reader",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=FETCH_WAIT_MS,
            max_poll_records=FETCH_RECORDS,
            request_timeout_ms=CALL_MS,
            bootstrap_timeout_ms=CONNECT_MS,
            reconnect_backoff_max_ms=1_000,
            allow_auto_create_topics=False,
            metrics_enabled=False,
            **options,
        )

    def _admin(self) -> KafkaAdminClient:
        return KafkaAdminClient(
            bootstrap_servers=self._bootstrap,
            client_id="commonweal topics",
            request_timeout_ms=CALL_MS,
            bootstrap_timeout_ms=CONNECT_MS,
        )

    def _ensure(self, sources: Collection[str]) -> list[Topic]:
        names = {source: f"{self._prefix}{source}" for source in sources}
        admin = self._admin()
        try:
            return ensure(admin, names, partitions=self._partitions, replication=self._replication)
        finally:
            admin.close()
