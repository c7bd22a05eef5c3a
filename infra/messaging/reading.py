"""From raw bytes to a line or a mark. A message is judged like a stranger's input: all of it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
import orjson
from pydantic import BaseModel, ConfigDict

from infra.kernel.line import MAX_LINE, Line, canonical
from infra.messaging.carried import Carried, Mark

SEQUENCE = re.compile(r"[0-9]{20}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
TYPE = re.compile(r"commonweal(\.[a-z][a-z0-9-]*){2}\.v[1-9][0-9]{0,3}")
SUBJECT = re.compile(r"(/[a-z][a-z0-9-]*/[0-9a-f-]{36})?")
SALT = re.compile(r"[0-9a-f]{32}")
LAST = 2**63 - 1


class Unreadable(Exception):
    """A message that is neither a line nor a mark of its topic; the text says why."""

    def __init__(self, reason: str) -> None:
        # What a decoder quotes of a stranger's bytes must itself be fit to be kept and shown.
        fit = (sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in reason[:300])
        super().__init__("".join(fit))


class _Mark(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    mark: str
    sequence: int
    knownthrough: str


def read(source: str, key: bytes | None, value: bytes | None) -> Carried | Mark:
    """What a message on this service's topic says."""
    if value is None:
        raise Unreadable("it is empty")
    if len(value) > MAX_LINE:
        raise Unreadable(f"it has {len(value)} bytes, more than the {MAX_LINE} of a line")
    text, attributes = _decode(value)
    if "mark" in attributes:
        return _mark(source, key, value)
    carried = _line(source, text, attributes)
    if key != attributes["partitionkey"].encode():
        raise Unreadable("its key is not its partitionkey")
    return carried


def read_line(source: str, value: bytes, *, sequence: int) -> Carried:
    """A line as the owning service gave it for this place."""
    if len(value) > MAX_LINE:
        raise Unreadable(f"it has {len(value)} bytes, more than the {MAX_LINE} of a line")
    carried = _line(source, *_decode(value))
    if carried.sequence != sequence:
        raise Unreadable(f"it bears sequence {carried.sequence}, but stands at {sequence}")
    return carried


def _decode(value: bytes) -> tuple[str, dict[str, Any]]:
    try:
        text = value.decode()
        attributes = orjson.loads(value)
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8: {error.reason} at byte {error.start}") from error
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"it is not JSON: {error}") from error
    if not isinstance(attributes, dict):
        raise Unreadable("it is not a JSON object")
    return text, attributes


def _line(source: str, text: str, attributes: dict[str, Any]) -> Carried:
    if "data" not in attributes:
        raise Unreadable("it is not a line: data: Field required")
    try:
        line = Line.read(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"it is not a line: {error}") from error
    for wrong, reason in (
        (line.source != f"/{source}", f"its source is not /{source}"),
        (not _typed(line.type, source), f"its type is not one of {source}'s"),
        (attributes.get("specversion") != "1.0", "its specversion is not 1.0"),
        (not _placed(line, attributes["sequence"]), "its sequence is not a place in a log"),
        (not isinstance(attributes["data"], dict), "its data are not an object"),
        (line.streamversion < 1, "its streamversion is not a version"),
        (not _timed(line, attributes), "its times are not written as instants, or not in order"),
        (str(line.partitionkey) != attributes["partitionkey"], "its partitionkey is not an id"),
        (not _salted(attributes.get("salt")), "its salt is not 128 bits"),
        (not _about(line), "its subject is not one of its initiative's"),
        ("\\u0000" in text, "it holds a NUL"),
        (not _canonical(attributes, text), "it is not canonical JSON"),
    ):
        if wrong:
            raise Unreadable(reason)
    return Carried(line, text)


def _canonical(attributes: dict[str, Any], text: str) -> bool:
    try:
        return canonical(attributes) == text
    except orjson.JSONEncodeError:  # nested deeper than anything that we write
        return False


def _typed(type_: str, source: str) -> bool:
    return type_.startswith(f"commonweal.{source}.") and TYPE.fullmatch(type_) is not None


def _about(line: Line) -> bool:
    root, rest = line.subject[:47], line.subject[47:]
    return root == f"initiative/{line.partitionkey}" and SUBJECT.fullmatch(rest) is not None


def _placed(line: Line, written: object) -> bool:
    digits = isinstance(written, str) and SEQUENCE.fullmatch(written)
    return bool(digits) and 1 <= line.sequence <= LAST


def _timed(line: Line, attributes: dict[str, Any]) -> bool:
    written = (attributes["recordedtime"], attributes["time"])
    exact = all(isinstance(time, str) and INSTANT.fullmatch(time) for time in written)
    return exact and line.time <= line.recordedtime


def _salted(salt: object) -> bool:
    return isinstance(salt, str) and SALT.fullmatch(salt) is not None


def _mark(source: str, key: bytes | None, value: bytes) -> Mark:
    try:
        mark = _Mark.model_validate_json(value)
        known_through = datetime.fromisoformat(mark.knownthrough)
    except ValueError as error:
        raise Unreadable("it is not a mark: wrong fields") from error
    if INSTANT.fullmatch(mark.knownthrough) is None:
        raise Unreadable("it is not a mark: its knownthrough is not an instant")
    if mark.mark != f"/{source}" or key:
        raise Unreadable(f"it is not a mark of {source}")
    if not 0 <= mark.sequence <= LAST:
        raise Unreadable("it is not a mark: its sequence is not a place in a log")
    return Mark(source, mark.sequence, known_through)
