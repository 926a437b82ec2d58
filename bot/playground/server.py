"""Playground: a local Slack on loopback, for people without a workspace (`play`) and for the tests."""

from collections.abc import Awaitable, Callable, Collection
from email.utils import format_datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.playground.api import Call, WebApi
from bot.playground.changes import Changes
from bot.playground.clock import Clock
from bot.playground.core import Core, Violation
from bot.playground.delivery import Deliveries, Delivery, HttpTransport, Transport
from bot.playground.driver import Member
from bot.playground.faults import Faults
from bot.playground.manifest import Json, Manifest
from bot.playground.people import ROLES, TEAM, furnish
from bot.playground.socket_mode import SocketMode
from bot.playground.switches import Switches
from bot.playground.workspace import Person

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
BODY_LIMIT = 16 * 1024 * 1024


class LocalSlack(Switches):
    """A workspace with one app installed, described by its manifest.

    With `events_url` the app gets signed HTTP requests there, without it Socket Mode envelopes. `declined`:
    the optional scopes that the person installing it doesn't grant. Raises ManifestRefused, or ValueError for
    a scope that isn't optional.
    """

    def __init__(
        self,
        manifest: Json,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        events_url: str | None = None,
        declined: Collection[str] = (),
    ) -> None:
        super().__init__()
        self.events_url = events_url
        self.changes = Changes()
        self.clock = Clock()
        read = Manifest.read(manifest)
        read.install(declined)
        self.workspace, bot = furnish(self.clock, read)
        self.outbound = Deliveries(self._transport, self, self.changes.notify)
        send_event = self.outbound.send_event
        self.core = Core(self, read, self.clock, self.workspace, self.changes, bot, send_event)
        self.socket = SocketMode(self.core.app_id, self.outbound.lost_acks, self.changes.notify)
        self.api = WebApi(self.core, self.socket)
        self.app = web.Application(middlewares=[_own_pages_only], client_max_size=BODY_LIMIT)
        self.app.add_routes(self.api.routes())
        self.app.on_response_prepare.append(self._date)
        self._people: dict[str, Member] = {}
        self._expected: set[str] = set()
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        for role in ROLES:
            self._people[role.key] = self._member(self.workspace.people[role.id])

    async def start(self) -> None:
        """Listen; from now on `url` and `api_url` are true."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.core.url = f"http://{self._host}:{self._port}"

    async def stop(self) -> None:
        """Close everything."""
        self.api.stop()
        await self.outbound.stop()
        await self.socket.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    def _transport(self) -> Transport:
        if self.events_url is None:
            return self.socket
        if self._session is None:
            raise RuntimeError("the local Slack has not been started")
        return HttpTransport(self.events_url, self.core.signing_secret, self._session)

    @property
    def url(self) -> str:
        """Where the local Slack listens, without a slash at the end."""
        return self.core.url

    @property
    def api_url(self) -> str:
        """What the app's `SLACK_API_URL` must be."""
        return f"{self.core.url}/api/"

    @property
    def bot_token(self) -> str:
        """The app's bot token."""
        return self.core.bot_token

    @property
    def app_token(self) -> str:
        """The app-level token, for Socket Mode."""
        return self.core.app_token

    @property
    def signing_secret(self) -> str:
        """What HTTP requests are signed with."""
        return self.core.signing_secret

    @property
    def scopes(self) -> set[str]:
        """The granted bot scopes; take one out to see what the app does without it."""
        return self.core.manifest.scopes

    @property
    def faults(self) -> Faults:
        """Faults on demand."""
        return self.core.faults

    @property
    def calls(self) -> list[Call]:
        """Every request of the app, oldest first."""
        return self.api.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to hand the app something, oldest first."""
        return self.outbound.log

    @property
    def violations(self) -> list[Violation]:
        """Payloads of the app that broke one of Slack's rules."""
        return self.core.violations

    @property
    def clock_file(self) -> Path | None:
        """The file that holds the clock's offset in seconds, for the app to read."""
        return self.clock.file

    @clock_file.setter
    def clock_file(self, path: str | Path | None) -> None:
        self.clock.file = path

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change, in the event loop; returns the function that ends this."""
        return self.changes.subscribe(callback)

    async def wait(self, condition: Callable[[], object], timeout: float = 30) -> None:
        """Return as soon as `condition()` is true. Raises TimeoutError."""
        await self.changes.wait(condition, timeout)

    async def settle(self) -> None:
        """Return when every event has been acknowledged or given up; repetitions are waited for."""
        await self.outbound.settle()

    def person(self, key: str) -> Member:
        """Somebody by the key of their role ("reporter", "boss", …) or by user id. Raises KeyError."""
        if key not in self._people:
            self._people[key] = self._member(self.workspace.people[key])
        return self._people[key]

    def join_grid(self, *, sister: str = "T000SISTER") -> None:
        """The workspace belongs to an Enterprise Grid organisation: everyone here has a second id, which some
        calls and events use, and half of them are of a sister workspace first, which their payloads name
        wherever they act (docs.slack.dev/enterprise; github.com/slackapi/bolt-js/issues/1875).
        """
        home = self.workspace.team_id
        self.workspace.enterprise = "E000LOCAL"
        staff = [p for p in self.workspace.people.values() if p.team_id == home and p.id != self.core.bot.id]
        for number, person in enumerate(staff):
            person.org_id, person.teams = "W" + person.id[1:], (home, sister)
            person.team_id = (home, sister)[number % 2]

    def add_person(self, handle: str, *, tz: str = "Europe/London") -> Member:
        """One more member of the workspace."""
        person = Person(self.workspace.new_id("U"), handle, handle.title(), tz, TEAM)
        self.workspace.people[person.id] = person
        return self.person(person.id)

    def _member(self, person: Person) -> Member:
        return Member(self.core, self.outbound, person)

    async def redeliver(
        self, delivery: Delivery | None = None, *, retry_num: int = 1, reason: str = "http_timeout"
    ) -> Delivery:
        """Send a recorded delivery (default: the last) again, as Slack does when it missed the ack."""
        old = delivery or self.deliveries[-1]
        again = Delivery(old.kind, old.payload, retry_num=retry_num, retry_reason=reason)
        return await self.outbound.send(again)

    async def twin(self, delivery: Delivery) -> Delivery:
        """Send an event once more under another event_id, as happens in shared channels."""
        payload = {**delivery.payload, "event_id": self.workspace.new_id("Ev")}
        return await self.outbound.send(Delivery(delivery.kind, payload))

    def uninstall(self, *, tokens_first: bool = False) -> None:
        """Remove the app: its token dies at once, the two events come in either order."""
        self.refusal = "account_inactive"
        events: list[Json] = [
            {"type": "app_uninstalled"},
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.core.bot.id]}},
        ]
        for event in reversed(events) if tokens_first else events:
            self.core.emit({**event, "event_ts": self.clock.ts()})

    def reinstall(self, declined: Collection[str] = ()) -> None:
        """Install the app again, without the optional scopes that are declined; its token is good again."""
        self.core.manifest.install(declined)
        self.refusal = None

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        """Each answer says what time it is here (RFC 9110 6.6.1)."""
        response.headers["Date"] = format_datetime(self.clock.now(), usegmt=True)

    def expect(self, *errors: str) -> None:
        """These errors belong to the test: `unexpected` leaves them out."""
        self._expected.update(errors)

    def unexpected(self) -> list[Call | Delivery]:
        """Every call refused without a fault, and every delivery not acknowledged, that nobody expected."""
        refused = [call for call in self.api.refused if call.error not in self._expected]
        failed = [one for one in self.outbound.failed if one.error not in self._expected]
        return [*refused, *failed]


@web.middleware
async def _own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign host names (DNS rebinding) and pages of other sites that call in from a browser."""
    if request.host.rsplit(":", 1)[0] not in LOOPBACK:
        raise web.HTTPForbidden(text="this server answers on loopback only")
    if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
        raise web.HTTPForbidden(text="requests from other sites are refused")
    return await handler(request)
