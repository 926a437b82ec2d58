"""slack: the port of HTTP mode, as far as anyone may come who hasn't shown a signature yet.

Slack waits three seconds for an answer and sends a few hundred kilobytes at most. So until a request is
signed its connection has little time and little memory, and there are only so many of them: the one that has
been idle longest makes room for the next. asyncio's own accept loop won't do: without a file descriptor left
it logs once for every place in its backlog, and again for each a second later (python/cpython#151615).
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

log = logging.getLogger(__name__)
BACKLOG = 1024  # connections that wait in the kernel, where they cost us nothing
CONNECTIONS_MAX = 256  # and never more than half of the file descriptors we may open
GRACE_SECONDS = 0.5  # that a connection may be idle though others wait
HEAD_SECONDS = 5.0  # for a request's head, and between two requests
BODY_SECONDS = 5.0
BODY_MAX = 1024 * 1024  # bytes; Slack's own views end at 250 KB
BODIES_MAX = 8 * BODY_MAX  # bytes of all bodies that are being read
READ_SIZE = 16 * 1024  # bytes that are taken from a connection at once
RETRY_SECONDS = 1.0  # after the system had nothing to accept a connection with
SAID_EVERY = 60.0
LIMITS: Mapping[str, Any] = {  # of aiohttp's parser and its connections
    "keepalive_timeout": HEAD_SECONDS,
    "lingering_time": 0.0,  # what's refused isn't read to its end
    "max_headers": 40,  # of 8 KB at most
    "read_bufsize": READ_SIZE,
}


class Door:
    """The connections of this process. `limit`: as many at once."""

    def __init__(self, limit: int = 0) -> None:
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.limit = limit or max(min(CONNECTIONS_MAX, descriptors // 2), 8)
        self._since: dict[web.RequestHandler, float] = {}  # of all that are open
        self._signed: set[web.RequestHandler] = set()
        self._bodies: dict[web.RequestHandler, int] = {}  # bytes read so far, the oldest first
        self._sockets: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._said_at = float("-inf")

    async def open(self, runner: web.AppRunner, host: str, port: int) -> None:
        """Listen on every address of that host, for a runner that is set up. Raises: OSError."""
        loop, server = asyncio.get_running_loop(), runner.server
        if server is None:
            raise RuntimeError("the runner is not set up")
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in {(family, (str(at[0]), port)) for family, _, _, _, at in found}:
            listener = socket.create_server(address, family=family, backlog=BACKLOG)
            listener.setblocking(False)
            self._sockets.append(listener)
        self._tasks = [loop.create_task(self._accept(server, one)) for one in self._sockets]

    async def close(self) -> None:
        """Let no one in any more; those who are in are the server's."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._sockets:
            listener.close()

    async def _accept(self, server: web.Server, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                await self._room()
                connection, _ = await loop.sock_accept(listener)
                transport, inside = await loop.connect_accepted_socket(server, connection)
                transport.max_size = READ_SIZE  # type: ignore[attr-defined]  # asyncio's own is 256 KB
                self._since[inside] = time.monotonic()
            except OSError as error:  # no descriptor, no memory; or it has hung up meanwhile
                self._say(error)
                self._oldest_out(grace=0.0)
                await asyncio.sleep(RETRY_SECONDS)

    async def _room(self) -> None:
        """Return once there's a place for one more."""
        while len(self._since) >= self.limit:
            self._since = {one: since for one, since in self._since.items() if _is_open(one)}
            if len(self._since) >= self.limit and not self._oldest_out(GRACE_SECONDS):
                await asyncio.sleep(GRACE_SECONDS / 10)

    def _oldest_out(self, grace: float) -> bool:
        """The connection that has said nothing signed for longest is closed; False where none may be yet."""
        young = time.monotonic() - grace
        idle = (one for one, since in self._since.items() if one not in self._signed and since <= young)
        oldest = min(idle, key=self._since.__getitem__, default=None)
        if oldest is None:
            return False
        del self._since[oldest]
        _hang_up(oldest)
        return True

    def _say(self, error: OSError) -> None:
        if time.monotonic() - self._said_at > SAID_EVERY:
            self._said_at = time.monotonic()
            log.warning(
                "no connection can be accepted", extra={"reason": errno.errorcode.get(error.errno or 0)}
            )

    async def body(self, request: web.Request) -> bytes | None:
        """The whole body; None for one that is too large. Raises: TimeoutError, ConnectionError."""
        if (request.content_length or 0) > BODY_MAX:
            return None
        parts: list[bytes] = []
        inside = request.protocol
        self._bodies[inside] = 0
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for part in request.content.iter_any():
                    if inside not in self._bodies:
                        raise ConnectionResetError
                    parts.append(part)
                    self._bodies[inside] += len(part)
                    if self._bodies[inside] > BODY_MAX:
                        return None
                    self._weigh()
            return b"".join(parts)
        finally:
            self._bodies.pop(inside, None)
            parts.clear()  # a fault holds its frames, and those would hold the body until they're collected

    def _weigh(self) -> None:
        """Bodies that take too much memory together: the one that was begun first goes."""
        if sum(self._bodies.values()) > BODIES_MAX:
            oldest = next(iter(self._bodies))
            del self._bodies[oldest]
            _hang_up(oldest)

    @contextmanager
    def signed(self, request: web.Request) -> Iterator[None]:
        """While a signed request is worked off, its connection makes room for no one."""
        inside = request.protocol
        self._signed.add(inside)
        try:
            yield
        finally:
            self._signed.discard(inside)
            if inside in self._since:
                self._since[inside] = time.monotonic()


def why_not(error: OSError) -> str:
    """In the system's words; asyncio and socket put the address in front of them."""
    named = isinstance(error, socket.gaierror)
    return str(error.strerror) if named else os.strerror(error.errno or 0)


def unreachable(host: str) -> str:
    """Why no port of that host can be listened on; "" where one can."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in {(family, str(at[0])) for family, _, _, _, at in found}:
            socket.create_server((address, 0), family=family).close()
    except OSError as error:
        return why_not(error)
    return ""


def _is_open(inside: web.RequestHandler) -> bool:
    return inside.transport is not None and not inside.transport.is_closing()


def _hang_up(inside: web.RequestHandler) -> None:
    if inside.transport is not None:
        inside.transport.abort()


def _of_ours(record: logging.LogRecord) -> bool:
    """Not of a stranger who doesn't speak HTTP, or hangs up: anyone could fill the log with those."""
    fault = record.exc_info[1] if record.exc_info else None
    return not isinstance(fault, HttpProcessingError | ConnectionError)


SERVER_LOG = logging.getLogger("aiohttp.server.door")
SERVER_LOG.addFilter(_of_ours)
