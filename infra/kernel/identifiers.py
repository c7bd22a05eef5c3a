"""Identifiers that sort by the time they were made (RFC 9562, version 7), always of real time."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """48 bits of Unix milliseconds, then 74 random bits."""
    value = int.from_bytes(os.urandom(10)) | (time.time_ns() // 1_000_000) << 80
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
