"""The bot's front without its outbox: real deliveries over either transport, real rows, nothing sent."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import yaml
from aiohttp import web
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, make_url

from bot.clock import Clock
from bot.guide.work import Work
from bot.playground.delivery import Delivery
from bot.playground.play import ROOT
from bot.playground.server import LocalSlack
from bot.policy import load_policy
from bot.settings import from_environment, policy_text
from bot.slack import http, routes
from bot.slack.door import Door
from bot.slack.edge import Edge
from bot.slack.routes import bolt
from bot.slack.socket import Sockets
from bot.slack.whoami import who_are_we
from bot.store.database import Database
from bot.store.store import Store
from tests.access.scene import Scene, build
from tests.house import environment, free_port
from tests.store.databases import migrated_file


class StandingClock(Clock):
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.at


_KEPT: list[tuple[sqlite3.Connection, Scene]] = []


@dataclass
class Front:
    """A local Slack and what answers it."""

    slack: LocalSlack
    edge: Edge
    database: Database
    now: StandingClock

    def work(self, connection: Connection) -> Work:
        return Work(Store(connection, self.edge.tenant), self.edge.clock(), self.edge.policy)

    async def set_scene(self) -> Scene:
        """The scene in its rows. A process builds it once; later fronts get a copy, and its hour."""
        with closing(sqlite3.connect(make_url(self.edge.settings.database_url).database or "")) as rows:
            if not _KEPT:
                scene = await self.database.write(lambda connection: build(self.work(connection)))
                kept = sqlite3.connect(":memory:", check_same_thread=False)
                rows.backup(kept)
                _KEPT.append((kept, scene))
            kept, scene = _KEPT[0]
            kept.backup(rows)
        self.now.at = scene.at
        return scene

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Hand it over; what the bot leaves without an answer comes back as that at once, not after 3 s."""
        await self.slack.outbound.send(delivery)
        if delivery.body == UNANSWERED:
            delivery.status, delivery.error, delivery.body = None, "operation_timeout", ""
        return delivery

    async def settle(self) -> None:
        """Until nothing that an act has begun is on its way."""
        while self.edge.tasks:
            await asyncio.gather(*self.edge.tasks)
            await asyncio.sleep(0)  # each takes itself off the list when the loop comes round


UNANSWERED = {"through with it": "and nothing was said"}


async def say_so(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
    """Called once the bot is through with an envelope: Slack keeps the first answer to it, so this one only
    counts where there was none.
    """
    await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, dict(UNANSWERED)))


@asynccontextmanager
async def open_front(
    folder: Path, transport: str, before: Callable[[LocalSlack], None] = lambda slack: None
) -> AsyncIterator[Front]:
    """As `tests.house.open_house`, with no sender, painter or scheduler; `before`: more people move in."""
    port = free_port()
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    url = f"http://127.0.0.1:{port}/slack/events" if transport == "http" else None
    slack = LocalSlack(manifest, events_url=url)
    before(slack)
    async with AsyncExitStack() as stack:
        await slack.start()
        stack.push_async_callback(slack.stop)
        settings = from_environment(environment(slack, folder, transport, port))
        migrated_file(folder / "bot.db")
        database = Database(settings.database_url)
        stack.callback(database.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = AsyncWebClient(
            settings.slack_bot_token, settings.slack_api_url, session=session, retry_handlers=[]
        )
        identity, now = await who_are_we(client), StandingClock()
        edge = Edge(
            settings=settings,
            database=database,
            client=client,
            session=session,
            identity=identity,
            policy=load_policy(policy_text(settings.policy_file)),
            clock=now,
            wake=lambda: None,
        )
        app = bolt(client, identity)
        routes.register(app, edge)
        front = Front(slack, edge, database, now)
        if transport == "http":
            made = http.application(app, settings.slack_signing_secret, lambda: True, tuple, Door())
            runner = web.AppRunner(made, access_log=None)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", port).start()
        else:
            sockets = Sockets(app, settings.slack_app_token, client, logging.getLogger("slack_sdk.socket"))
            stack.push_async_callback(sockets.close)
            for one in sockets.clients:
                one.socket_mode_request_listeners.append(say_so)
            await sockets.open()
        stack.push_async_callback(front.settle)
        yield front
