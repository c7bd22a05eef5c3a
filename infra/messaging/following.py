"""One source as a reader follows it: what each message means for what is written next. Pure.

Whatever comes, `step` gives what one transaction has to write: the lines that are next, the
watermark, the offsets to go on from, and the messages that could not be read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from infra.messaging.carried import Carried, Mark
from infra.messaging.letters import OWN_LOG, Letter, Open, Settled
from infra.messaging.reading import Unreadable, read, read_line
from infra.messaging.sequenced import OWNER, Arrival, Disputed, Gap, Sequencer

NEVER = datetime.min.replace(tzinfo=UTC)
AGAIN = -2
"""The partition of a line that was read from a dead letter."""
MARKS = 1_000


class Step(NamedTuple):
    """What one transaction writes of one source."""

    source: str
    before: int
    watermark: int
    lines: Sequence[Carried]
    known_through: datetime
    heard_of: int
    repaired: int
    offsets: dict[int, int]
    letters: Sequence[Letter]
    settled: Sequence[Settled]


class Following:
    """Begins where the database says; a reader that fails begins anew from there."""

    def __init__(
        self,
        source: str,
        *,
        incarnation: str,
        watermark: int = 0,
        waiting: Sequence[Open] = (),
        keeps: Callable[[Carried], bool] = lambda _: True,
    ) -> None:
        self.source = source
        self._keeps = keeps
        self._incarnation = incarnation
        self._sequencer = Sequencer(watermark)
        self._written = watermark
        self._known_through = NEVER
        self._marks: deque[Mark] = deque(maxlen=MARKS)
        self._next: dict[int, int] = {}
        self._holding: dict[int, deque[tuple[int, int]]] = {}
        self._waiting = list(waiting)
        self._due: list[tuple[int, Open]] = []
        self._lines: list[Carried] = []
        self._letters: list[Letter] = []
        self._settled: list[Settled] = []
        self._repaired = 0
        self._stirred = False

    @property
    def pressing(self) -> bool:
        """Whether there is more to write than how far this has come."""
        return bool(self._lines or self._letters or self._settled or self._repaired)

    @property
    def gap(self) -> Gap | None:
        """What is missing before anything more can be taken."""
        return self._sequencer.gap()

    def message(self, partition: int, offset: int, key: bytes | None, value: bytes | None) -> None:
        """A message as the broker gave it."""
        self._stirred = True
        self._next[partition] = offset + 1
        try:
            told = read(self.source, key, value)
        except Unreadable as error:
            self._lay_aside(partition, offset, None, str(error), key, value or b"")
            return
        if isinstance(told, Mark):
            self._mark(told, partition, offset)
        else:
            self._offer(Arrival(told, partition, offset, key))

    def pulled(self, after: int, lines: Sequence[bytes]) -> bool:
        """The owner's own lines from `after` + 1 on. Says whether they let the log go on."""
        self._stirred = True
        watermark = self._sequencer.watermark
        for sequence, value in enumerate(lines, start=after + 1):
            try:
                carried = read_line(self.source, value, sequence=sequence)
            except Unreadable as error:
                self._lay_aside(OWNER, sequence, sequence, str(error), None, value)
            else:
                self._offer(Arrival(carried, OWNER, sequence))
        if not lines and after == watermark:
            self._dispute(self._sequencer.ends_here())
        return self._sequencer.watermark > watermark or self.gap is None

    def retry(self, letter: Open, key: bytes | None, value: bytes) -> None:
        """Somebody mended the reader: try this message again."""
        self._stirred = True
        try:
            if letter.origin == OWN_LOG:
                carried: Carried | Mark = read_line(self.source, value, sequence=letter.position)
            else:
                carried = read(self.source, key, value)
        except Unreadable as error:
            self._settled.append(Settled(letter, "open", f"tried again: {error}"))
            return
        if isinstance(carried, Carried):
            self._offer(Arrival(carried, AGAIN, letter.position, key))
        self._settle(letter, "resolved", "it could be read when it was tried again")

    def skip(self, letter: Open, reason: str) -> bool:
        """Somebody signed that the log may go on without it. Waits until the log stands there."""
        place = letter.sequence
        if place is not None and place > self._sequencer.watermark:
            if not self._sequencer.skip(place):
                return False
            self._take()
        self._stirred = True
        self._settle(letter, "skipped", reason)
        return True

    def step(self) -> Step | None:
        """What there is to write since the last step, if anything."""
        if not self._stirred:
            return None
        self._reach_marks()
        step = Step(
            source=self.source,
            before=self._written,
            watermark=self._sequencer.watermark,
            lines=self._lines,
            known_through=self._known_through,
            heard_of=self._sequencer.heard_of,
            repaired=self._repaired,
            offsets={partition: self._safe(partition) for partition in self._next},
            letters=self._letters,
            settled=self._settled,
        )
        self._written = self._sequencer.watermark
        self._lines, self._letters, self._settled = [], [], []
        self._repaired, self._stirred = 0, False
        return step

    def _offer(self, arrival: Arrival) -> None:
        sequence = arrival.carried.sequence
        held = self._sequencer.holds(sequence)
        self._dispute(self._sequencer.offer(arrival))
        self._take()
        if arrival.partition >= 0 and not held and self._sequencer.holds(sequence):
            holding = self._holding.setdefault(arrival.partition, deque())
            holding.append((arrival.offset, sequence))

    def _take(self) -> None:
        for arrival in self._sequencer.ready():
            if self._keeps(arrival.carried):
                self._lines.append(arrival.carried)
            self._repaired += arrival.partition == OWNER

    def _mark(self, mark: Mark, partition: int, offset: int) -> None:
        self._sequencer.hear(mark.sequence)
        self._marks.append(mark)
        # It speaks of every line before it: once these are here, what could not be read is no loss.
        past = [one for one in self._waiting if one.before(self._incarnation, partition, offset)]
        self._due += [(mark.sequence, letter) for letter in past]
        self._waiting = [letter for letter in self._waiting if letter not in past]

    def _reach_marks(self) -> None:
        watermark = self._sequencer.watermark
        while self._marks and self._marks[0].sequence <= watermark:
            self._known_through = max(self._known_through, self._marks.popleft().known_through)
        for sequence, letter in self._due:
            if sequence <= watermark:
                self._settled.append(Settled(letter, "resolved", "all lines around it are here"))
        self._due = [due for due in self._due if due[0] > watermark]
        for letter in [one for one in self._waiting if one.filled(watermark)]:
            self._settle(letter, "resolved", "the line of its place is here")

    def _safe(self, partition: int) -> int:
        """Where to go on after a restart: no line that is still held stands before."""
        holding = self._holding.get(partition, deque())
        while holding and not self._sequencer.holds(holding[0][1]):
            holding.popleft()
        return holding[0][0] if holding else self._next[partition]

    def _dispute(self, disputed: Sequence[Disputed]) -> None:
        for (carried, partition, offset, key), reason in disputed:
            self._lay_aside(partition, offset, None, reason, key, carried.text.encode())

    def _lay_aside(
        self,
        partition: int,
        position: int,
        sequence: int | None,
        reason: str,
        key: bytes | None,
        message: bytes,
    ) -> None:
        origin = OWN_LOG if partition == OWNER else self._incarnation
        letter = Open(self.source, origin, partition, position, sequence)
        self._letters.append(Letter(letter, reason, key, message))
        if letter not in self._waiting:
            self._waiting.append(letter)

    def _settle(self, letter: Open, state: str, how: str) -> None:
        self._settled.append(Settled(letter, state, how))
        self._waiting = [one for one in self._waiting if one != letter]
        self._due = [due for due in self._due if due[1] != letter]
