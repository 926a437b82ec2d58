"""Playground: Socket Mode. WebSocket connections of the app, envelopes and their acknowledgements.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.playground.delivery import COMMAND, EVENT, Delivery, LostAcks
from bot.playground.manifest import Json

MAX_CONNECTIONS = 10
PING_SECONDS = 10.0
DRAIN_SECONDS = 10.0
CLOSE_SECONDS = 2.0


@dataclass(eq=False)
class Connection:
    """One WebSocket of the app; `draining` once Slack asked it to go."""

    request: web.Request
    ws: web.WebSocketResponse
    draining: bool = False
    delivered: int = 0
    waiting: set[str] = field(default_factory=set)
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class SocketMode:
    """The app's connections; a payload goes to any one of them."""

    def __init__(self, app_id: str, lost_acks: LostAcks, notify: Callable[[], None]) -> None:
        self.connections: list[Connection] = []
        self.ping_seconds: float | None = PING_SECONDS
        self.drain_seconds = DRAIN_SECONDS
        self._closing: set[asyncio.Task[None]] = set()
        self._app_id = app_id
        self._notify = notify
        self._tickets: set[str] = set()
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._turn = 0
        self._lost_acks = lost_acks

    def new_ticket(self) -> str:
        """The single-use key in the address `apps.connections.open` gives."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket route."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="unknown ticket")
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(heartbeat=self.ping_seconds, timeout=CLOSE_SECONDS)
        await ws.prepare(request)
        if len(self.connections) >= MAX_CONNECTIONS:
            await ws.send_json(self._disconnect_frame("too_many_websockets"))
            await ws.close()
            return ws
        connection = Connection(request, ws)
        await ws.send_json(self._hello())
        self.connections.append(connection)
        self._notify()
        try:
            await self._read(connection)
        finally:
            self.connections.remove(connection)
            connection.gone.set()
            if not connection.draining:
                self._give_up(connection)
            self._notify()
        return ws

    def _give_up(self, connection: Connection) -> None:
        """Nobody answers what went over a lost connection; after a refresh the next one carries acks."""
        for key in connection.waiting:
            if not self._acks[key].done():
                self._acks[key].set_exception(ConnectionResetError("the app went away"))

    async def _read(self, connection: Connection) -> None:
        async for frame in connection.ws:
            if frame.type != WSMsgType.TEXT:
                continue
            answer = json.loads(frame.data)
            envelope_id = answer.get("envelope_id", "")
            ack = self._acks.get(envelope_id)
            if ack is not None and not ack.done():
                ack.set_result(answer.get("payload") or {})

    async def send(self, delivery: Delivery, limit: float) -> None:
        """Hand an envelope to one connection (see Transport)."""
        ready = [c for c in self.connections if not c.draining and not c.ws.closed]
        if not ready:
            delivery.error = "dispatch_failed"
            return
        self._turn += 1
        connection = ready[self._turn % len(ready)]
        envelope = self._envelope(delivery)
        key = envelope["envelope_id"]
        self._acks[key] = asyncio.get_running_loop().create_future()
        connection.waiting.add(key)
        connection.delivered += 1
        try:
            async with asyncio.timeout(limit):
                await connection.ws.send_json(envelope)
                delivery.body = await self._acks[key]
                delivery.status, delivery.error = 200, None
        except TimeoutError:
            delivery.error = "operation_timeout"
        except ConnectionError:
            delivery.error = "dispatch_failed"
        finally:
            del self._acks[key]
            connection.waiting.discard(key)

    def _envelope(self, delivery: Delivery) -> Json:
        envelope: Json = {
            "envelope_id": secrets.token_hex(16),
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind == COMMAND
            or delivery.payload.get("type") in ("view_submission", "block_suggestion"),
        }
        if delivery.kind == EVENT or delivery.retry_num:
            envelope["retry_attempt"] = delivery.retry_num
            envelope["retry_reason"] = delivery.retry_reason
        return envelope

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {"host": "local", "build_number": 1, "approximate_connection_time": 3600},
            "connection_info": {"app_id": self._app_id},
        }

    def _disconnect_frame(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}

    def drop_acks(self, amount: int | float) -> None:
        """Lose acknowledgements on purpose (see LostAcks.drop)."""
        self._lost_acks.drop(amount)

    async def disconnect(
        self, reason: str = "refresh_requested", *, connection: Connection | None = None
    ) -> None:
        """Tell a connection (default: all) to go.

        For every reason but "warning" nothing more is sent over it, and it is closed after `drain_seconds`
        if the app has not done so; acknowledgements may come over any other connection.
        """
        for one in [connection] if connection is not None else tuple(self.connections):
            one.draining = reason != "warning"
            if not one.ws.closed:
                await one.ws.send_json(self._disconnect_frame(reason))
            if one.draining:
                task = asyncio.create_task(self._drain(one))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)

    async def _drain(self, connection: Connection) -> None:
        with suppress(TimeoutError):  # the app did not go by itself
            async with asyncio.timeout(self.drain_seconds):
                await connection.gone.wait()
        await connection.ws.close()

    async def stop(self) -> None:
        """Close every connection; a waiting client would keep the server from ending."""
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*(connection.ws.close() for connection in tuple(self.connections)))

    def black_hole(self) -> None:
        """Read nothing any more from the connections that are open, as a network that swallows everything.

        They stay open only while `ping_seconds` was None when they were made.
        """
        for connection in self.connections:
            if connection.request.transport is not None:
                connection.request.transport.pause_reading()

    def cut(self) -> None:
        """Break every connection without a word, as a lost network does."""
        for connection in self.connections:
            if connection.request.transport is not None:
                connection.request.transport.abort()
