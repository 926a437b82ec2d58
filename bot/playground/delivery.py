"""Playground: what the local Slack sends to the app, by signed HTTP or Socket Mode, and the answers.

Sources: docs.slack.dev/apis/events-api, /apis/events-api/using-socket-mode,
/authentication/verifying-requests-from-slack.
"""

import asyncio
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

import aiohttp

from bot.playground.manifest import Json
from bot.playground.switches import Switches

COMMAND, INTERACTIVE, EVENT = "slash_commands", "interactive", "events_api"
RETRY_REASONS = {"operation_timeout": "http_timeout", "dispatch_failed": "connection_failed"}


@dataclass
class Delivery:
    """One attempt to hand a payload to the app.

    `error` is None once the app acknowledged in time, else "operation_timeout" (three seconds passed),
    "dispatch_failed" (nobody there), "http_service_error" (status other than 2xx) or "invalid_body".
    """

    kind: str
    payload: Json = field(repr=False)
    retry_num: int = 0
    retry_reason: str = ""
    at_monotonic: float = field(default_factory=time.monotonic)
    status: int | None = None
    body: Json | str = ""
    error: str | None = "pending"
    fault: bool = False
    no_retry: bool = False
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.error is None

    @property
    def subject(self) -> str:
        """What it is about, for people who read a log: a command, a type of event, the ids acted on."""
        inner = self.payload.get("event", self.payload)
        acted = [action["action_id"] for action in inner.get("actions", [])]
        called = inner.get("command") or inner.get("callback_id") or inner.get("view", {}).get("callback_id")
        return " ".join(str(part) for part in (inner.get("type"), called, *acted) if part)

    @property
    def event_id(self) -> str:
        """The id of an event; empty for anything else."""
        return str(self.payload.get("event_id", ""))


class Transport(Protocol):
    """A way to the app. Fills in `status`, `body` and `error` of the delivery."""

    async def send(self, delivery: Delivery, limit: float) -> None:
        """Hand over and wait for the answer for `limit` seconds at most."""
        ...


class HttpTransport:
    """POSTs to the app's request URL, signed as Slack signs."""

    def __init__(self, url: str, secret: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._secret = secret
        self._session = session

    async def send(self, delivery: Delivery, limit: float) -> None:
        """See Transport."""
        body, content_type = encode(delivery)
        headers = sign(self._secret, body, int(time.time()))
        headers["Content-Type"] = content_type
        if delivery.retry_num:
            headers["X-Slack-Retry-Num"] = str(delivery.retry_num)
            headers["X-Slack-Retry-Reason"] = delivery.retry_reason
        timeout = aiohttp.ClientTimeout(total=limit)
        try:
            async with self._session.post(self._url, data=body, headers=headers, timeout=timeout) as answer:
                text = await answer.text()
                delivery.status = answer.status
                delivery.no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
        except TimeoutError:
            delivery.error = "operation_timeout"
            return
        except aiohttp.ClientError:
            delivery.error = "dispatch_failed"
            return
        delivery.error = None if 200 <= delivery.status < 300 else "http_service_error"
        is_json = answer.content_type == "application/json"
        try:
            delivery.body = json.loads(text) if is_json and text else text
        except ValueError:
            delivery.error = "invalid_body"


def encode(delivery: Delivery) -> tuple[bytes, str]:
    """The body and content type Slack uses for this kind of payload."""
    form = "application/x-www-form-urlencoded"
    if delivery.kind == EVENT:
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == COMMAND:
        return urlencode(delivery.payload).encode(), form
    return urlencode({"payload": json.dumps(delivery.payload)}).encode(), form


def sign(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """Slack's signature headers for a raw body."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


class LostAcks:
    """Acknowledgements that get lost on the way: the next `count`, or a share `rate` of all."""

    def __init__(self) -> None:
        self.count = 0
        self.rate = 0.0
        self._dice = random.Random(0)  # noqa: S311 - reproducible, no secret

    def drop(self, amount: int | float) -> None:
        """A whole number drops that many acks, a fraction between 0 and 1 that share from now on."""
        if isinstance(amount, float):
            self.rate = amount
        else:
            self.count = amount

    def strikes(self) -> bool:
        """Whether the ack that just came is lost."""
        if self.count:
            self.count -= 1
            return True
        return bool(self.rate) and self._dice.random() < self.rate


class Deliveries:
    """Sends payloads, keeps every attempt, and repeats events as Slack does when `retry_events` is set."""

    def __init__(
        self, transport: Callable[[], Transport], switches: Switches, notify: Callable[[], None]
    ) -> None:
        self.log: list[Delivery] = []
        self.failed: list[Delivery] = []
        self.lost_acks = LostAcks()
        self._transport = transport
        self._switches = switches
        self._notify = notify
        self._tasks: set[asyncio.Task[object]] = set()

    async def send(self, delivery: Delivery) -> Delivery:
        """Hand a payload to the app and wait for its acknowledgement."""
        self.log.append(delivery)
        await self._transport().send(delivery, self._switches.ack_timeout)
        if delivery.ok and self.lost_acks.strikes():
            delivery.error, delivery.fault = "operation_timeout", True
            delivery.status, delivery.body = None, ""
        delivery.seconds = time.monotonic() - delivery.at_monotonic
        if not delivery.ok and not delivery.fault:
            self.failed.append(delivery)
        self._notify()
        return delivery

    def send_event(self, payload: Json) -> None:
        """Deliver an event in the background, with Slack's repetitions when they are switched on."""
        self.spawn(self._event(payload))

    async def _event(self, payload: Json) -> None:
        delivery = await self.send(Delivery(EVENT, payload))
        for number, delay in enumerate(self._switches.retry_delays, start=1):
            if delivery.ok or delivery.no_retry or not self._switches.retry_events:
                return
            await asyncio.sleep(delay)
            reason = RETRY_REASONS.get(str(delivery.error), "http_error")
            delivery = await self.send(Delivery(EVENT, payload, retry_num=number, retry_reason=reason))

    def spawn(self, work: Coroutine[object, object, object]) -> None:
        """Run something in the background and remember it until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Return when nothing is on its way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Give up whatever is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
