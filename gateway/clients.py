"""HTTP clients of the three services: the only synchronous calls in the house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import httpx

from infra.web.connections import Connections
from infra.web.problems import Problem, retry_later

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 15.0
IMPORT_SECONDS = 300.0
CONNECTIONS = 64
"""To each service, at once."""
MAYBE_DONE = (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.WriteError)
TRIES = 2

Body = bytes | AsyncIterator[bytes]


class Services:
    """One pool of connections for each service, every wait bounded."""

    def __init__(self, clients: Mapping[str, httpx.AsyncClient]) -> None:
        self._clients = clients

    @classmethod
    def at(cls, urls: Mapping[str, str]) -> Services:
        """The services at these addresses, by name."""
        return cls(
            {
                name: httpx.AsyncClient(
                    base_url=url,
                    transport=Connections(CONNECTIONS),
                    follow_redirects=False,
                    timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, pool=2.0),
                )
                for name, url in urls.items()
            }
        )

    async def __aenter__(self) -> Services:
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def ask(
        self,
        service: str,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: Body,
        *,
        repeatable: bool,
    ) -> httpx.Response:
        """The service's answer, its body still to be streamed; whoever asks closes it.

        A connection that was lost is tried once more where that cannot do anything twice: the
        service knows a repeated command by its key.
        """
        whole = isinstance(body, bytes)
        for last in (TRIES - 1) * [False] + [True]:
            try:
                return await self._send(service, method, target, headers, body)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                raise away(service) from error
            except MAYBE_DONE as error:
                if last or not (whole and repeatable) or isinstance(error, httpx.ReadTimeout):
                    raise unknown(service) from error
        raise AssertionError("the last try answers or raises")

    async def _send(
        self, service: str, method: str, target: str, headers: list[tuple[str, str]], body: Body
    ) -> httpx.Response:
        client = self._clients[service]
        patience = httpx.Timeout(
            ANSWER_SECONDS if isinstance(body, bytes) else IMPORT_SECONDS,
            connect=CONNECT_SECONDS,
            pool=2.0,
        )
        # As bytes: what a caller wrote in a header need not be ASCII, and is not ours to judge.
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        request = client.build_request(
            method, target, headers=raw, content=body or None, timeout=patience
        )
        return await client.send(request, stream=True)


def away(service: str) -> Problem:
    return retry_later(
        503,
        "service-unavailable",
        f"The {service} service cannot be reached now; nothing was done. Repeat the request.",
    )


def unknown(service: str) -> Problem:
    return retry_later(
        503,
        "answer-lost",
        f"The {service} service did not answer; whether a command was done is not known."
        " Repeat the request, a command with the same Idempotency-Key: it is never done twice.",
    )
