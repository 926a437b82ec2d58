"""bootstrap: the only place where the parts meet: settings in, a running bot out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from types import TracebackType

from aiohttp import web

from bot.clock import Clock
from bot.domain.errors import Busy
from bot.guide import keeping
from bot.outbox import auditor
from bot.outbox.auditor import Auditor
from bot.outbox.heartbeat import Heartbeat
from bot.outbox.leases import SETTLE
from bot.outbox.pace import Pace, SharedTurns
from bot.outbox.painter import Painter
from bot.outbox.ports import Verdict
from bot.outbox.readiness import DATABASE, SLACK, SOCKET, Readiness
from bot.outbox.replanning import replan_all
from bot.outbox.sender import CALL_SECONDS, Sender
from bot.policy import named
from bot.scheduler import EVERY, Ticker, end_at_once
from bot.settings import DEFAULT_DATABASE_URL, Settings, SettingsError, policy_text
from bot.slack import http, long_work, routes
from bot.slack.answers import LOCKED_OUT, ask
from bot.slack.client import connected
from bot.slack.door import LIMITS, SERVER_LOG, Door, why_not
from bot.slack.edge import Edge
from bot.slack.messenger import SlackMessenger
from bot.slack.socket import Sockets
from bot.slack.whoami import who_are_we
from bot.store import health, restored, turns
from bot.store.calendars import usable_policy
from bot.store.database import BEHIND, Database
from bot.store.deadlines import DEADLINE
from bot.store.retention import Past
from bot.store.schema import migrate
from bot.store.sole import sole_process
from bot.store.waits import cut_short

log = logging.getLogger(__name__)
DRAIN_SECONDS = MEET_SECONDS = 10.0
SWEEP_EVERY, SWEEP_SECONDS = 3600.0, 2.0
PROBE_EVERY, PROBE_SECONDS = 5.0, 4.0


class Bot:
    """Everything that runs in one process. `async with Bot(settings) as bot: await bot.serve()`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.policy = usable_policy(policy_text(settings.policy_file))
        if settings.database_url == DEFAULT_DATABASE_URL:
            Path("data").mkdir(exist_ok=True)  # any other folder: its absence means a volume is not mounted
        self.found = health.examine(settings.database_url)
        _touch(settings.heartbeat_file)
        self.clock = Clock(Path(settings.clock_offset_file) if settings.clock_offset_file else None)
        self.database = Database(settings.database_url)
        self._stack = AsyncExitStack()
        self._swept_at, self._erased = float("-inf"), False
        self._past: Iterator[Past] | None = None  # what the hourly round has still to do

    async def __aenter__(self) -> Bot:
        """Whatever was begun is ended again where a later part fails. Raises: SettingsError, Unusable."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _start(self) -> None:
        """Migrate, say hello to Slack, start the outbox, open the door."""
        self.file = self._stack.enter_context(sole_process(self.settings.database_url))
        self._stack.callback(self.database.close)
        migrate(self.database)
        if self.database.sqlite:
            self.file.signed = self.database.transact(health.sign)
            await self.database.wipe(erased=False)  # into the file itself
        await self._same_file()  # the WAL is there by now, and counts from here on
        seen = self.database, self.clock(), self.file.noted()
        if (due := self.database.transact(restored.arrived, *seen)) is not None:
            log.warning("the database was put back; what was due in it is looked for", extra={"posts": due})
            self.file.note(0)  # said once
        to_slack = connected(self.settings, CALL_SECONDS)
        self.session, self.client = await self._stack.enter_async_context(to_slack)
        self.client.pace = pace = Pace(turns=None if self.database.sqlite else SharedTurns(self.database))
        self.identity = await who_are_we(self.client)
        self.found.belongs_to(self.identity.team)
        messenger = SlackMessenger(self.client, self.identity.team, self.identity.bot_user)
        self.sender = Sender(self.database, messenger, self.clock, self.policy, pace)
        self.sender.restored_at = self.database.look(restored.last)
        self.sender.leases.alone = self.database.sqlite  # by the lock above
        self.painter = Painter(self.database, messenger, self.clock, self.policy)
        self.sockets: Sockets | None = None
        self.readiness = Readiness([DATABASE, SLACK, *([SOCKET] if self.settings.socket_mode else [])])
        self.auditor = Auditor(
            self.database, messenger, self.clock, self.policy, self.identity.team, self._feed,
            authorised=self._authorised,
        )  # fmt: skip
        self.ticker = Ticker(self.tick, self.settings.heartbeat_file, lambda: not self.readiness.missing())
        self.ticker.also(self._probe, PROBE_EVERY)
        self.ticker.also(self._hear, PROBE_EVERY)
        self.ticker.also(self.auditor.run, auditor.EVERY)
        self.ticker.also(self._same_file, EVERY)
        self.edge = Edge(
            settings=self.settings,
            database=self.database,
            client=self.client,
            session=self.session,
            identity=self.identity,
            policy=self.policy,
            clock=self.clock,
            wake=self.ticker.wake,
            ahead=self.client.time.ahead,
        )
        if self.identity.enterprise:
            await self._meet_policy()
        self.app = routes.bolt(self.client, self.identity)
        routes.register(self.app, self.edge)
        self.ticker.start()
        anew = asyncio.get_running_loop().create_task(self._replan())
        self._stack.push_async_callback(asyncio.wait, [anew])
        self._stack.callback(anew.cancel)
        self._stack.push_async_callback(self.drain)
        self._stack.push_async_callback(self.ticker.stop)
        self._stack.callback(self.edge.end)
        self.ticker.also(partial(long_work.run, self.edge), long_work.EVERY)
        self.edge.spawn(long_work.run(self.edge))
        await self._open()

    async def _meet_policy(self) -> None:
        """Everyone the policy names is known by the id it uses, before they act under another of theirs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(MEET_SECONDS):
                await self.edge.people.know(named.people(self.policy).values())

    async def _open(self) -> None:
        if self.settings.socket_mode:
            logger = logging.getLogger("slack_sdk.socket")
            token, proxy_for = self.settings.slack_app_token, self.settings.proxy_for
            self.sockets = Sockets(self.app, token, self.client, logger, proxy_for)
            self._stack.push_async_callback(self.sockets.close)
            await self.sockets.open()
            log.info("listening", extra={"mode": "socket"})
            return
        door = Door()
        made = http.application(
            self.app,
            self.settings.slack_signing_secret,
            lambda: self.ticker.healthy,
            self.readiness.missing,
            door,
        )
        runner = web.AppRunner(made, access_log=None, auto_decompress=False, logger=SERVER_LOG, **LIMITS)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        self._stack.push_async_callback(door.close)
        try:
            await door.open(runner, self.settings.host, self.settings.port)
        except OSError as error:
            where = f"HOST {self.settings.host}, PORT {self.settings.port}"
            raise SettingsError(f"{where} cannot be listened on: {why_not(error)}.") from error
        log.info("listening", extra={"mode": "http", "port": self.settings.port})

    async def _replan(self) -> None:
        """By the rules of this start: what an older one planned may be due at another time now."""
        BEHIND.set(True)
        try:
            await self.database.write(cut_short, self.clock(), self.clock() + SETTLE)
            await replan_all(self.database, self.policy, self.clock)
        except Busy as away:
            log.warning("not all plans were made anew", extra={"why": away.why})
        self.ticker.wake()

    async def _probe(self) -> None:
        """Look whether the database takes writes, and nothing in it was found broken. One that hangs isn't
        waited for: the next look is near.
        """
        BEHIND.set(True)
        DEADLINE.set(time.monotonic() + PROBE_SECONDS)
        with suppress(Busy, OSError):
            count = await self.database.write(health.prove_writable)
            await asyncio.to_thread(self.file.note, count)
            if self.database.sound:
                self.readiness.good(DATABASE)
        self.readiness.say()

    async def _hear(self) -> None:
        """Look whether Slack can reach us."""
        if self.sockets and await self.sockets.connected():
            self.readiness.good(SOCKET)

    async def _authorised(self) -> str:
        """Whether Slack still lets us in: "", or its word for it."""
        _, known = await ask(self.client.auth_test())
        if known.reason in LOCKED_OUT:
            self.readiness.bad(SLACK)
            return known.reason
        if known.verdict in (Verdict.YES, Verdict.WAIT):
            self.readiness.good(SLACK)
        return ""

    async def _feed(self) -> None:
        """A sign of life for what watches from outside, where there's a reason for one."""
        url = self.settings.heartbeat_url
        if url and not self.readiness.missing():
            await Heartbeat(self.session, url, self.settings.proxy_for(url))()

    async def _same_file(self) -> None:
        """What's written into a file that no name leads to is acknowledged and lost: better to stop."""
        if lost := self.file.lost():
            end_at_once(lost)

    async def tick(self) -> None:
        """One round: messages, then what is redrawn; once an hour, what is past its time goes."""
        BEHIND.set(True)
        try:
            await self._round()
        except Busy as away:
            log.warning("the database can't be used now", extra={"why": away.why})  # the next round is near

    async def _round(self) -> None:
        again = [await self.sender.tick(), await self.painter.tick()]
        soonest = min((seconds for seconds in again if seconds is not None), default=None)
        if soonest is not None:
            asyncio.get_running_loop().call_later(soonest, self.ticker.wake)
        if self._past is not None or time.monotonic() - self._swept_at > SWEEP_EVERY:
            await self._sweep()

    async def _sweep(self) -> None:
        """What is past its time goes, a few incidents at a time, for some seconds of one round: the
        watchdog has to see that we work, however much it is.
        """
        ends = time.monotonic() + SWEEP_SECONDS
        if self._past is None:
            self._swept_at = time.monotonic()
            due = await self.edge.look(keeping.past)
            self._past, self._erased = keeping.pieces(due), bool(due)
        for few in self._past:
            await self.edge.do(keeping.carry_out, few)
            if time.monotonic() > ends:
                return
        self._past = None
        await self.edge.do(keeping.tidy)
        await self.database.wipe(erased=self._erased)
        if not self.database.sqlite:
            await self.database.write(turns.tidy)

    async def drain(self) -> None:
        """Let what has begun come to its end, for ten seconds at most (F35)."""
        flights = (self.sender.flights, self.painter.flights)
        await asyncio.gather(*(one.landed(DRAIN_SECONDS) for one in flights))
        if self.edge.tasks:
            await asyncio.wait(self.edge.tasks, timeout=DRAIN_SECONDS)

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()


def _touch(heartbeat_file: str) -> None:
    """Find out now, and not in the first round, whether it can be touched. Raises: SettingsError."""
    try:
        if heartbeat_file:
            Path(heartbeat_file).touch()
    except OSError as error:
        raise SettingsError(
            f"HEARTBEAT_FILE {heartbeat_file} cannot be touched: {error.strerror}."
        ) from error
