"""Contiguous or pull: whatever happens on the way, what is taken is the log, each line once."""

from __future__ import annotations

import asyncio
import random
from functools import cache
from zlib import crc32

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.messaging.carried import Carried
from infra.messaging.following import Following
from infra.messaging.reading import read_line
from infra.messaging.sequenced import OWNER, Arrival, Gap, Sequencer
from tests.integration.carrying import some_lines

SOURCES = ("agenda", "measurement")
LENGTH = 12


@cache
def log(source: str, length: int = LENGTH) -> tuple[Carried, ...]:
    lines = asyncio.run(some_lines(source, length))
    return tuple(
        read_line(source, line.encode(), sequence=sequence)
        for sequence, line in enumerate(lines, start=1)
    )


def arriving(sequence: int, *, partition: int = 0, offset: int = 0) -> Arrival:
    return Arrival(log("agenda")[sequence - 1], partition, offset, b"key")


def taken(sequencer: Sequencer) -> list[int]:
    return [arrival.carried.sequence for arrival in sequencer.ready()]


def test_the_next_line_is_taken_a_known_one_dropped_a_later_one_held() -> None:
    sequencer = Sequencer(watermark=3)
    for sequence in (2, 6, 5):
        assert sequencer.offer(arriving(sequence)) == []
        assert taken(sequencer) == []
    assert sequencer.gap() == Gap(after=3, last=4)
    sequencer.offer(arriving(4))
    assert taken(sequencer) == [4, 5, 6]
    assert sequencer.gap() is None


def test_a_mark_tells_of_lines_that_never_came() -> None:
    sequencer = Sequencer(watermark=3)
    sequencer.hear(7)
    assert sequencer.gap() == Gap(after=3, last=7)


def test_two_lines_for_one_place_are_both_laid_aside_and_the_owner_decides() -> None:
    true, forged = log("agenda")[4], log("agenda")[5]
    forged = forged._replace(line=msgspec.structs.replace(forged.line, place=f"{5:020d}"))
    sequencer = Sequencer(watermark=3)
    sequencer.offer(Arrival(forged, 0, 1))
    disputed = sequencer.offer(Arrival(true, 0, 2))
    assert [one.arrival.offset for one in disputed] == [1, 2]
    assert not sequencer.holds(5)
    sequencer.offer(Arrival(forged, 0, 3))
    sequencer.offer(Arrival(true, OWNER, 5))
    sequencer.offer(arriving(4))
    assert [arrival.carried.text for arrival in sequencer.ready()][-1] == true.text


def test_another_line_in_the_place_of_one_that_was_taken_is_noticed() -> None:
    sequencer = Sequencer()
    sequencer.offer(arriving(1))
    taken(sequencer)
    other = log("agenda")[1]
    other = other._replace(line=msgspec.structs.replace(other.line, place=f"{1:020d}"))
    assert [one.reason for one in sequencer.offer(Arrival(other, 0, 9))]
    assert sequencer.offer(arriving(1)) == []


def test_what_the_owner_does_not_have_is_not_waited_for() -> None:
    sequencer = Sequencer(watermark=3)
    sequencer.offer(arriving(9))
    assert [one.arrival.carried.sequence for one in sequencer.ends_here()] == [9]
    assert sequencer.gap() is None


def test_only_the_line_that_the_log_waits_for_can_be_skipped() -> None:
    sequencer = Sequencer(watermark=3)
    sequencer.offer(arriving(6))
    assert not sequencer.skip(5)
    assert sequencer.skip(4)
    assert sequencer.skip(5)
    assert taken(sequencer) == [6]


def test_what_finds_no_room_makes_a_gap_and_is_not_lost() -> None:
    sequencer = Sequencer(held_lines=2)
    for sequence in (3, 4, 5, 6):
        sequencer.offer(arriving(sequence))
    assert sequencer.gap() == Gap(after=0, last=2)
    sequencer.offer(arriving(1))
    assert taken(sequencer) == [1]
    sequencer.offer(arriving(2))
    assert taken(sequencer) == [2, 3, 4]
    assert sequencer.gap() == Gap(after=4, last=6)


class Broker:
    """Several topics of several partitions that double, lose, delay and forget, by one seed."""

    def __init__(self, seed: int, partitions: int) -> None:
        self.random = random.Random(seed)
        self.partitions = partitions
        self.topics: dict[str, list[list[tuple[bytes | None, bytes]]]] = {}

    def carry(self, source: str) -> None:
        """A relay carries the log, with restarts, a zombie beside it, and losses on the way."""
        topic = self.topics.setdefault(source, [[] for _ in range(self.partitions)])
        relays = [0] * self.random.randint(1, 2)
        while min(relays) < LENGTH:
            which = self.random.randrange(len(relays))
            if self.random.random() < 0.1:
                relays[which] = self.random.randint(0, relays[which])  # it was restarted
            if relays[which] == LENGTH:
                continue
            line = log(source)[relays[which]]
            relays[which] += 1
            if self.random.random() < 0.15:
                continue  # lost
            key = str(line.line.partitionkey).encode()
            value = line.text.encode()
            if self.random.random() < 0.05:
                value = value[: self.random.randrange(len(value))]  # spoilt
            topic[crc32(key) % self.partitions].append((key, value))
        for partition in topic:
            partition.append((None, mark(source, LENGTH)))


def mark(source: str, sequence: int, when: str = "2026-01-01T00:00:00.000000Z") -> bytes:
    return orjson.dumps({"mark": f"/{source}", "sequence": sequence, "knownthrough": when})


class World:
    """What a database would hold of one reader. `crash` forgets all but that."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.lines: dict[str, list[str]] = {source: [] for source in SOURCES}
        self.watermarks = dict.fromkeys(SOURCES, 0)
        self.offsets: dict[tuple[str, int], int] = {}
        self.known_through = dict.fromkeys(SOURCES, 0)
        self.start()

    def start(self) -> None:
        self.followings = {
            source: Following(source, incarnation="one", watermark=self.watermarks[source])
            for source in SOURCES
        }
        self.at = dict(self.offsets)

    def turn(self) -> None:
        chance = self.broker.random
        if chance.random() < 0.03:
            self.start()  # killed: only what was written counts
        if chance.random() < 0.02:
            self.offsets.clear()  # the broker is another one: from the beginning
            self.start()
        source = chance.choice(SOURCES)
        partition = chance.randrange(self.broker.partitions)
        messages = self.broker.topics[source][partition]
        offset = self.at.get((source, partition), 0)
        for key, value in messages[offset : offset + chance.randint(1, 4)]:
            self.followings[source].message(partition, offset, key, value)
            offset += 1
        self.at[source, partition] = offset
        if chance.random() < 0.2:
            self.pull(source, chance.randint(1, 5))
        if chance.random() < 0.7:
            self.write(source)

    def pull(self, source: str, limit: int) -> None:
        gap = self.followings[source].gap
        if gap is not None:
            upto = min(gap.last, gap.after + limit)
            page = log(source)[gap.after : upto]
            self.followings[source].pulled(gap.after, [line.text.encode() for line in page])

    def write(self, source: str) -> None:
        step = self.followings[source].step()
        if step is not None:
            assert step.before == self.watermarks[source]
            self.lines[source] += [carried.text for carried in step.lines]
            self.watermarks[source] = step.watermark
            if step.known_through.year > 1:
                assert step.watermark == LENGTH, "a mark counts once its lines are here"
            for partition, offset in step.offsets.items():
                self.offsets[source, partition] = offset

    @property
    def whole(self) -> bool:
        return set(self.watermarks.values()) == {LENGTH}


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), partitions=st.sampled_from((1, 2, 6)))
def test_any_delivery_of_several_logs_ends_in_exactly_these_logs(
    seed: int, partitions: int
) -> None:
    broker = Broker(seed, partitions)
    for source in SOURCES:
        broker.carry(source)
    world = World(broker)
    for _ in range(2_000):
        world.turn()
        for source in SOURCES:
            expected = [carried.text for carried in log(source)]
            assert world.lines[source] == expected[: world.watermarks[source]]
        if world.whole:
            return
    pytest.fail(f"seed {seed}: it stands at {world.watermarks}")


def test_a_mark_counts_only_once_its_lines_are_here() -> None:
    following = Following("agenda", incarnation="one")
    first = log("agenda")[0]
    following.message(1, 0, None, mark("agenda", 1))
    step = following.step()
    assert step is not None
    assert step.known_through.year == 1
    following.message(0, 0, str(first.line.partitionkey).encode(), first.text.encode())
    step = following.step()
    assert step is not None
    assert step.known_through.year == 2026


def test_no_offset_passes_a_line_that_is_held() -> None:
    following = Following("agenda", incarnation="one")
    for offset, sequence in enumerate((3, 5, 4)):
        line = log("agenda")[sequence - 1]
        following.message(0, offset, str(line.line.partitionkey).encode(), line.text.encode())
    step = following.step()
    assert step is not None
    assert step.offsets == {0: 0}
    following.pulled(0, [line.text.encode() for line in log("agenda")[:2]])
    step = following.step()
    assert step is not None
    assert (step.watermark, step.repaired, step.offsets) == (5, 2, {0: 3})


def test_a_message_that_cannot_be_read_is_resolved_once_every_line_around_it_is_here() -> None:
    following = Following("agenda", incarnation="one")
    first, second = log("agenda")[:2]
    following.message(0, 0, str(first.line.partitionkey).encode(), first.text.encode())
    following.message(0, 1, b"key", b"\xff")
    following.message(0, 2, None, mark("agenda", 2))
    step = following.step()
    assert step is not None
    assert [letter.reason for letter in step.letters] == [
        "it is not UTF-8: invalid start byte at byte 0"
    ]
    assert step.settled == []
    assert following.gap == Gap(after=1, last=2)
    following.pulled(1, [second.text.encode()])
    step = following.step()
    assert step is not None
    assert [(one.open.position, one.state) for one in step.settled] == [(1, "resolved")]


def test_a_line_that_not_even_its_owner_can_give_stops_the_log_until_somebody_skips_it() -> None:
    following = Following("agenda", incarnation="one")
    following.message(0, 0, None, mark("agenda", 3))
    third = log("agenda")[2].text.encode()
    assert not following.pulled(0, [b"{}", log("agenda")[1].text.encode(), third])
    step = following.step()
    assert step is not None
    (letter,) = step.letters
    assert (step.watermark, letter.open.sequence) == (0, 1)
    assert following.skip(letter.open, "signed")
    step = following.step()
    assert step is not None
    assert step.watermark == 3
    assert [carried.sequence for carried in step.lines] == [2, 3]
    assert [one.state for one in step.settled] == ["skipped"]


def test_a_mended_reader_takes_a_message_that_was_laid_aside() -> None:
    following = Following("agenda", incarnation="one")
    following.message(0, 0, None, mark("agenda", 1))
    following.pulled(0, [b"{}"])
    step = following.step()
    assert step is not None
    (letter,) = step.letters
    following.retry(letter.open, None, b"{}")
    step = following.step()
    assert step is not None
    assert [one.state for one in step.settled] == ["open"]
    following.retry(letter.open, None, log("agenda")[0].text.encode())
    step = following.step()
    assert step is not None
    assert (step.watermark, step.settled[0].state) == (1, "resolved")


def test_a_line_beyond_its_owners_log_is_laid_aside() -> None:
    following = Following("agenda", incarnation="one")
    line = log("agenda")[8]
    following.message(0, 0, str(line.line.partitionkey).encode(), line.text.encode())
    assert following.gap == Gap(after=0, last=8)
    following.pulled(0, [])
    step = following.step()
    assert step is not None
    assert [letter.reason for letter in step.letters] == ["its owner's log does not reach that far"]
    assert (following.gap, step.offsets) == (None, {0: 1})


def test_the_cast_is_not_all_of_one_partition() -> None:
    """Else the interleavings above would prove little."""
    assert len({carried.line.partitionkey for carried in log("agenda")}) > 3
