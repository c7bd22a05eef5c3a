"""Free loopback ports, remembered so that an address stays the same over restarts."""

from __future__ import annotations

import errno
import json
import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range that the kernel takes outgoing connections from, so that none of those sits on a
# remembered port while its server is being restarted.
RANGE = range(20_000, 30_000)
TRIES = 200


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except OSError as refusal:
            if refusal.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    for port in random.sample(RANGE, TRIES):
        if is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, f"none of {TRIES} ports tried in {RANGE} is free")


class Ports:
    """The ports of one data folder, by the name of what listens there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}

    def claim(self, name: str, *, wished: int = 0) -> int:
        """The wished port if it is free, else the one it had before, else any; each only once."""
        others = {port for owner, port in self._known.items() if owner != name}
        candidates = (wished, self._known.get(name, 0))
        for port in candidates:
            if port and port not in others and is_free(port):
                break
        else:
            port = free_port()
            while port in others:
                port = free_port()
        self._known[name] = port
        self._path.write_text(json.dumps(self._known, indent=2, sort_keys=True) + "\n")
        return port
