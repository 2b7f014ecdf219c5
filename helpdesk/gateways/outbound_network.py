"""Resolves names and opens connections for `outbound`, to judged addresses only."""

import asyncio
import socket
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any

import httpcore

from helpdesk.errors import Unreachable
from helpdesk.gateways.outbound_guard import (
    AllowList,
    canonical,
    is_address,
    is_public,
    refused,
)

_RESOLVE_SECONDS = 2.0
_RESOLVER_THREADS = 32  # its own, so that a dead name server never holds up the default executor
_ADDRESSES_PER_FAMILY = 2

Resolve = Callable[[str, int], Collection[str]]
"""Blocks; returns the addresses of a host, raises OSError or UnicodeError."""


def look_up(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host. Blocks; raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]).partition("%")[0] for *_, place in found]


_ALLOWING = "let the operator allow the host with HELPDESK_OUTBOUND_ALLOW."


class Guard:
    """Turns a host and a port into the addresses that may be connected to."""

    def __init__(self, allow: AllowList, *, ports: frozenset[int], resolve: Resolve) -> None:
        self._allow = allow
        self._ports = ports
        self._resolve = resolve
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")

    async def find_addresses(self, host: str, port: int) -> list[str]:
        """Resolve once and judge every answer.

        Raises InputError where one is refused, and Unreachable where there is none.
        """
        host = canonical(host)
        if self._allow.covers(host, port):
            return await self._resolve_once(host, port)
        if port not in self._ports:
            usual = " or ".join(map(str, sorted(self._ports)))
            raise refused(f"port {port} is not allowed. Use {usual}, or {_ALLOWING}")
        addresses = await self._resolve_once(host, port)
        if not all(is_public(address) for address in addresses):
            raise refused(f"its address is not public. Use another, or {_ALLOWING}")
        return addresses

    async def _resolve_once(self, host: str, port: int) -> list[str]:
        if is_address(host):
            return [host]
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_RESOLVE_SECONDS):
                found = await loop.run_in_executor(self._threads, self._resolve, host, port)
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{host} cannot be found") from error
        if not found:
            raise Unreachable(f"{host} has no address")
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Let go of the threads; one that still waits for a name server ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to addresses that the guard has just judged: a name is never resolved twice."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002 - never set by the pool, as the next
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        addresses = _few_of_each_family(await self._guard.find_addresses(host, port))
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._connect(address, port, seconds=share)
        return await self._connect(addresses[-1], port, seconds=share)

    async def _connect(self, address: str, port: int, *, seconds: float | None) -> "_OwnedStream":
        return _OwnedStream(await self._network.connect_tcp(address, port, seconds))


class _OwnedStream(httpcore.AsyncNetworkStream):
    """Closes its socket when TLS is cancelled half-way, which httpcore 1.0.9 forgets."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _few_of_each_family(addresses: Collection[str]) -> list[str]:
    """Keep the first of each family, so that one dead family leaves time for the other."""
    kept: list[str] = []
    for version in dict.fromkeys(ip_address(address).version for address in addresses):
        family = [address for address in addresses if ip_address(address).version == version]
        kept += family[:_ADDRESSES_PER_FAMILY]
    return kept
