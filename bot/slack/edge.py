"""slack: what every listener is given: the use cases, the client, tracked tasks, known people, windows."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.domain.errors import Busy, NotFound
from bot.domain.rules import Policy
from bot.guide import known
from bot.guide.work import Work
from bot.outbox.ports import Answer, Verdict
from bot.settings import Settings
from bot.slack import messages
from bot.slack.lookups import Lookups
from bot.slack.rooms import may_make, room
from bot.slack.same_person import SamePerson
from bot.slack.use_cases import UseCases
from bot.slack.windows import taken
from bot.store import people, posts
from bot.store.database import Database
from bot.store.deadlines import nobody_waits
from bot.store.people import Person
from bot.store.posts import Post

log = logging.getLogger(__name__)
TRIGGER_SECONDS = 2.5  # Slack gives three from its own sending (docs.slack.dev, handling user interaction)
LOOKUP_SECONDS = 1.0
REMEMBERED = 1000  # renderings, the newest
RESPONSES = 5  # to one act (docs.slack.dev/interactivity/handling-user-interaction, message responses)
HASH_CONFLICT = "hash_conflict"
Redraw = Callable[[], Awaitable[dict[str, Any]]] | None
USER_ID = re.compile("[UW][A-Z0-9]{2,30}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are here, from `auth.test`."""

    team: str
    bot_user: str
    bot_id: str
    enterprise: str = ""  # the organisation it belongs to, "" outside Enterprise Grid

    def is_ours(self, authorization: Mapping[str, Any]) -> bool:
        """Whether an event that an installation of the app may see came for us: for our own workspace, or for
        the organisation as a whole (docs.slack.dev/apis/events-api, authorizations).
        """
        team = authorization.get("team_id")
        whole = authorization.get("is_enterprise_install") in (True, "true")
        org = authorization.get("enterprise_id") or ""
        return team in (None, "", self.team) or (whole and org in (self.enterprise, self.team))


class Edge(UseCases):
    """One for the process."""

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        identity: Identity,
        policy: Policy,
        clock: Clock,
        wake: Callable[[], None],
        ahead: Callable[[], float] = lambda: 0.0,
    ) -> None:
        super().__init__(database, identity.team, policy, clock, wake, ahead)
        self.settings, self.client, self.session, self.identity = settings, client, session, identity
        self.tasks: set[asyncio.Task[None]] = set()
        self.redrawn: dict[tuple[str, str], None] = {}  # (id, hash) of each view that another has replaced
        self.long_work, self.ending = asyncio.Lock(), False  # one piece of it at a time, and none at the end
        self.asked: dict[str, Mapping[str, Any]] = {}  # chore -> the press that began it, for its answer
        self.people = Lookups(client, identity.team, self._keep, self.spawn)
        self.same_person = SamePerson(self)

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """A task that is waited for at shutdown, and whose failure is logged."""
        task = asyncio.get_running_loop().create_task(coroutine, context=nobody_waits())
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def end(self) -> None:
        """The bot ends: long work stops after its piece, and goes on after the next start."""
        self.ending = True

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            log.error("task failed", exc_info=fault)

    async def _keep(self, found: Person) -> None:
        def keep(work: Work) -> None:
            people.put(work.store, replace(found, fetched_at=work.now))
            known.learned(work, found.user)

        await self.do(keep)
        if found.org_id:
            await self.same_person.met(found.user, found.org_id)

    async def room_problem(self, channel: str) -> str:
        """Why we may not post in that channel, "" when we may or Slack does not say within a second.

        Whoever is not known then is checked before anything is posted.
        """
        try:
            problem, _ = await asyncio.wait_for(room(self.client, channel), LOOKUP_SECONDS)
        except TimeoutError:
            return ""
        return problem

    async def may_make_rooms(self) -> bool:
        """Whether we may make channels; where Slack does not say within a second, it is found out later."""
        try:
            return await asyncio.wait_for(may_make(self.client), LOOKUP_SECONDS)
        except TimeoutError:
            return True

    # --- windows and doors ----------------------------------------------------------------------
    async def open_view(
        self, body: Mapping[str, Any], view: dict[str, Any], incident: str, received: float
    ) -> None:
        """Open a modal with the act's own trigger; refused or too late: a message with [Continue]."""
        opened, unfit = Answer(Verdict.NEVER, reason="late"), False
        if not too_late(received):
            trigger = str(body.get("trigger_id", ""))
            opened, unfit = await taken(lambda it: self.client.views_open(trigger_id=trigger, view=it), view)
        if opened.verdict is not Verdict.YES:
            log.warning("view not opened", extra={"reason": opened.reason})
            await self.show_door(body, incident, blank=unfit)

    async def show_door(self, body: Mapping[str, Any], incident: str, *, blank: bool = False) -> None:
        """[Continue] where the person is looking, else in their DM; what they typed is kept already."""
        made = messages.door(incident, blank=blank)
        if not await self.respond(body, made):
            user = user_of(body)
            await self.do(_door, incident, user, blank)

    async def respond(self, body: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
        """An answer only this person sees, through the act's `response_url`; whether Slack took it."""
        first, *others = messages.parts(made, RESPONSES)
        if not await self._respond(body, first):
            return False
        for part in others:
            await self._respond(body, part | {"replace_original": False})
        return True

    async def _respond(self, body: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
        url = body.get("response_url")
        if not isinstance(url, str) or not self.settings.may_answer(url):
            return False
        payload = {"response_type": "ephemeral", "replace_original": False, **made}
        try:
            proxy = self.settings.proxy_for(url)
            async with self.session.post(url, json=payload, proxy=proxy, allow_redirects=False) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def say(self, body: Mapping[str, Any], made: Mapping[str, Any]) -> None:
        """As `respond`, where nothing depends on whether it is shown: the thing itself is done."""
        if not await self.respond(body, made):
            log.info("answer not shown")

    async def update_view(self, body: Mapping[str, Any], view: dict[str, Any], anew: Redraw = None) -> None:
        """Show another page in place of the one that was acted on, guarded by its hash. Where something else
        has taken that place meanwhile, `anew` draws it from the record as it is by then.
        """
        shown = body.get("view") or {}
        view_id, seen = self.replaces(shown)
        update = self.client.views_update
        changed, _ = await taken(lambda it: update(view_id=view_id, hash=seen, view=it), view)
        if changed.reason == HASH_CONFLICT and anew:
            with suppress(NotFound, Busy):  # not theirs any more, or not now: they see what took its place
                fresh = await anew()
                changed, _ = await taken(lambda it: update(view_id=view_id, view=it), fresh)
        if changed.verdict is not Verdict.YES:
            log.info("view not updated", extra={"reason": changed.reason})
            self.redrawn.pop((view_id, seen), None)

    def replaces(self, view: Mapping[str, Any]) -> tuple[str, str]:
        """Another page is on its way into the place of this rendering; its (id, hash)."""
        seen = str(view.get("id")), str(view.get("hash"))
        self.redrawn[seen] = None
        if len(self.redrawn) > REMEMBERED:
            del self.redrawn[next(iter(self.redrawn))]
        return seen

    def is_redrawn(self, view: Mapping[str, Any]) -> bool:
        """Whether something was pressed on it before the page that replaces it came."""
        return (str(view.get("id")), str(view.get("hash"))) in self.redrawn

    async def push_view(self, body: Mapping[str, Any], view: dict[str, Any]) -> None:
        """Lay a page over the one that was acted on; what is typed below it stays."""
        trigger = str(body.get("trigger_id", ""))
        pushed, _ = await taken(lambda it: self.client.views_push(trigger_id=trigger, view=it), view)
        if pushed.verdict is not Verdict.YES:
            log.warning("view not pushed", extra={"reason": pushed.reason})


def too_late(received: float) -> bool:
    """Whether Slack may have stopped waiting for what was received then."""
    return time.monotonic() - received > TRIGGER_SECONDS


def user_of(body: Mapping[str, Any]) -> str:
    """The acting user's id, from the signed envelope, never from a value or metadata; "" for none."""
    user = body.get("user")
    found = user.get("id") if isinstance(user, Mapping) else body.get("user_id")
    return found if isinstance(found, str) and USER_ID.fullmatch(found) else ""


def _door(work: Work, incident: str, user: str, blank: bool) -> None:
    posts.add(
        work.store,
        Post(
            tenant=work.store.tenant,
            incident=incident,
            kind="door",
            ordinal=int(work.now.timestamp()),
            recipient=user,
            due_at=work.now,
            priority=1,
            data={"blank": blank},
        ),
    )
