"""slack: Socket Mode with two connections that never reconnect at the same moment.

slack_sdk's aiohttp client closes the old socket before it opens the new one, so one connection has gaps;
two that share one lock, the second opened later, never have fewer than one (facts 11).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.values import from_json
from bot.outbox.ports import Answer, Verdict
from bot.settings import SettingsError
from bot.slack.answers import LOCKED_OUT, answer, ask, locked_out, mapping, text
from bot.slack.envelope import arrival, frame

CONNECTIONS = 2
PING_SECONDS = 5.0
LONGEST_WAIT = 60.0
HEARD: set[asyncio.Task[None]] = set()  # a task that nothing holds may be collected before it ends
log = logging.getLogger(__name__)


class Sockets:
    """The connections of this process."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        logger: logging.Logger,
        proxy_for: Callable[[str], str | None] = lambda url: None,
    ) -> None:
        lock = asyncio.Lock()
        self.clients = [
            Connection(app_token, logger=logger, web_client=client, ping_interval=PING_SECONDS)
            for _ in range(CONNECTIONS)
        ]
        for one in self.clients:
            one.connect_operation_lock, one.proxy_for = lock, proxy_for
            one.socket_mode_request_listeners.append(_listener(app))

    async def open(self) -> None:
        """Open them one after the other, however long Slack takes. Raises: SettingsError for a token that it
        won't take.
        """
        for one in self.clients:
            wait = 1.0
            while not await one.is_connected():
                _, known = await ask(one.connect_to_new_endpoint())
                if known.reason in LOCKED_OUT or known.reason == "missing_scope":
                    raise SettingsError(locked_out("SLACK_APP_TOKEN", known.reason))
                if known.verdict is not Verdict.YES:
                    log.error("slack opens no socket", extra={"reason": known.reason})
                    await asyncio.sleep(known.wait or wait)
                    wait = min(wait * 2, LONGEST_WAIT)

    async def connected(self) -> bool:
        """Whether Slack can reach us at all. A connection that's down gets a new address: each is good for
        one try, and slack_sdk goes on with the one it has (slackapi/python-slack-sdk#1379).
        """
        down = [one for one in self.clients if not await one.is_connected()]
        for one in down:
            one.wss_uri = None
        return len(down) < len(self.clients)

    async def close(self) -> None:
        for one in self.clients:
            await one.close()  # type: ignore[no-untyped-call]


async def hello(
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    app_token: str,
    proxy_for: Callable[[str], str | None],
) -> Answer:
    """Open a socket, wait until Slack says hello, and close it: YES, or why not. While a bot runs, Slack may
    hand this one a request in that moment; it's as short as it can be.
    """
    opened = await answer(client.apps_connections_open(app_token=app_token), "url")
    if opened.verdict is not Verdict.YES:
        return opened
    url = opened.value
    try:
        async with session.ws_connect(url, proxy=proxy_for(url)) as socket:
            said = mapping(from_json(str((await socket.receive(PING_SECONDS)).data)))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Answer(Verdict.RETRY, reason=type(error).__name__)
    if said.get("type") == "hello":
        return Answer(Verdict.YES)
    return Answer(Verdict.RETRY, reason=text(said.get("reason")) or "Slack says no hello")


class Connection(SocketModeClient):
    """As slack_sdk's, but a message that can't be read is dropped instead of raised in a task, and the proxy
    is the one for where it goes.
    """

    proxy_for: Callable[[str], str | None]

    async def issue_new_wss_url(self) -> str:
        """Where to connect to: another host than the Web API's."""
        url = await super().issue_new_wss_url()
        self.proxy = self.proxy_for(url)
        return url

    async def process_message(self) -> None:
        raw = await self.message_queue.get()
        message = frame(raw) if isinstance(raw, str) else None
        if message is not None:
            task = asyncio.get_running_loop().create_task(self.run_message_listeners(dict(message), raw))
            HEARD.add(task)
            task.add_done_callback(HEARD.discard)


def _listener(
    app: AsyncApp,
) -> Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]:
    async def on_request(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        arrived = arrival(request.payload)
        if not arrived.body:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
            return
        request.payload = arrived.body
        answer = await run_async_bolt_app(app, request)
        await send_async_response(client, request, answer, started)

    return on_request
