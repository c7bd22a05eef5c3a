"""Load over HTTP: wrk (a C program) where it is installed, else asyncio, which is slower."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from bench.paired import Slice

SCRIPT = """
local prefix, count = "{prefix}-", 0
local body = [==[{body}]==]
local headers = {{{headers}}}
request = function()
    count = count + 1
    headers["Idempotency-Key"] = prefix .. count
    return wrk.format("POST", nil, headers, body)
end
"""


class Load:
    """`connections` clients that each wait for an answer before they ask again."""

    def __init__(
        self, url: str, *, headers: Mapping[str, str], body: str, connections: int, folder: Path
    ) -> None:
        self._url, self._headers, self._body = url, headers, body
        self._connections, self._folder = connections, folder

    @staticmethod
    def tool() -> str:
        return "wrk" if shutil.which("wrk") else "asyncio (no wrk here: it is the limit itself)"

    async def run(self, seconds: float) -> Slice:
        return await (self._wrk(seconds) if shutil.which("wrk") else self._python(seconds))

    async def _wrk(self, seconds: float) -> Slice:
        script = self._folder / f"{uuid4()}.lua"
        headers = ", ".join(f'["{name}"] = "{value}"' for name, value in self._headers.items())
        script.write_text(SCRIPT.format(prefix=uuid4(), body=self._body, headers=headers))
        process = await asyncio.create_subprocess_exec(
            *("wrk", "-t", "1", "-c", str(self._connections), "-d", f"{round(seconds)}s"),
            *("-s", str(script), self._url),
            stdout=asyncio.subprocess.PIPE,
        )
        text = (await process.communicate())[0].decode()
        assert "Non-2xx" not in text, text
        assert "Socket errors" not in text, text
        found = re.search(r"Requests/sec:\s*([\d.]+)", text)
        assert found, text
        return Slice(float(found[1]))

    async def _python(self, seconds: float) -> Slice:
        since = time.perf_counter()
        counts = await asyncio.gather(
            *(self._client(since + seconds) for _ in range(self._connections))
        )
        return Slice(sum(counts) / (time.perf_counter() - since))

    async def _client(self, until: float) -> int:
        at = urlsplit(self._url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        head = f"POST {at.path} HTTP/1.1\r\nHost: {at.netloc}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in self._headers.items()
        )
        prefix, count = uuid4(), 0
        while time.perf_counter() < until:
            key = f"Idempotency-Key: {prefix}-{count}\r\n"
            length = f"Content-Length: {len(self._body.encode())}\r\n\r\n"
            writer.write(f"{head}{key}{length}{self._body}".encode())
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert " 201 " in answer.split("\r\n")[0], answer
            found = re.search(r"content-length: (\d+)", answer)
            assert found, answer
            await reader.readexactly(int(found[1]))
            count += 1
        writer.close()
        return count
