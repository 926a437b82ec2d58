"""slack: every id -> listener, on one screen; and the five Bolt listeners that dispatch by it.

Few listeners and a table: each one registered before the match costs every request (performance.md 1).
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.domain.errors import Busy
from bot.guide.work import Work
from bot.outbox.ports import REST
from bot.slack import errors, ids
from bot.slack.client import Client
from bot.slack.edge import Edge, Identity, too_late, user_of
from bot.slack.listeners import entry, notices, own_data, pages, reminders, texts
from bot.store import whereabouts
from bot.store.deadlines import DEADLINE, PERSON_SECONDS, in_time

Body = Mapping[str, Any]
Submit = Callable[[Edge, Body, float], Awaitable[dict[str, Any]]]
Act = Callable[[Edge, Body, Body, float], Awaitable[None]]
T = TypeVar("T")
Hear = Callable[[Edge, Body], Awaitable[None]]

VIEWS: Mapping[str, Submit] = {
    ids.PAGE: pages.submit,
    ids.TEXT: texts.submit,
    ids.HUB: pages.submit_hub,
    ids.CHOOSE: pages.submit_choice,
    ids.REASON: reminders.reason,
}
SHORTCUTS: Mapping[str, Submit] = {
    ids.GLOBAL_SHORTCUT: entry.shortcut,
    ids.MESSAGE_SHORTCUT: entry.message_shortcut,
}
ACTIONS: Mapping[str, Act] = {
    ids.INPUT: pages.typed,
    ids.PICK: pages.picked,
    ids.BACK: pages.back,
    ids.SKIP: pages.skip,
    ids.GO: pages.go,
    ids.REFRESH: pages.refresh,
    ids.WITHDRAW: pages.withdraw,
    ids.OPEN: entry.go_on,
    ids.BLANK: entry.go_on_blank,
    ids.LIST: entry.turn,
    ids.START: entry.start,
    ids.PRACTISE: entry.practise,
    ids.BEGIN_WITH: entry.begin_with,
    ids.NOTICE: notices.press,
    ids.DETAILS: notices.details,
    ids.WHICH: notices.which,
    ids.ARRIVED: notices.arrived,
    ids.AGAIN: notices.again,
    ids.SNOOZE: reminders.snooze,
    ids.LEAVE_OUT: reminders.leave_out,
    ids.CARD: reminders.card,
    ids.ANSWER: reminders.answer,
    ids.ACCEPT: reminders.accept,
    ids.COPY: texts.copy,
    ids.ANEW: texts.anew,
    ids.TIMELINE: pages.course,
    ids.LEDGER: pages.ledger,
    ids.ASK: pages.ask,
    ids.FORGET: own_data.forget,
}
EVENTS: Mapping[str, Hear] = {
    "app_home_opened": entry.home_opened,
    "reaction_added": notices.reaction_added,
    "reaction_removed": notices.reaction_removed,
    "message": notices.message,
}
IN_A_VIEW = frozenset(
    {ids.INPUT, ids.BACK, ids.SKIP, ids.GO, ids.REFRESH, ids.WITHDRAW, ids.COPY, ids.TIMELINE, ids.LEDGER}
) | {ids.ASK, ids.ANEW}
log = logging.getLogger(__name__)
ANY = re.compile(".*", re.DOTALL)


def bolt(client: Client, identity: Identity) -> AsyncApp:
    """Bolt, with one answer to "who are we" instead of an `auth.test` for each of many first requests."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_token=client.token,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user,
        )

    return AsyncApp(
        name="screwedup",
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # done on the raw bytes, before parsing (`http`)
        ssl_check_enabled=False,
        logger=logging.getLogger("slack_bolt"),
    )


def register(app: AsyncApp, edge: Edge) -> None:
    """Give every listener the edge by name, and put the five of them in."""

    @app.middleware
    async def give_edge(context: AsyncBoltContext, next_: Callable[[], Awaitable[BoltResponse]]) -> None:
        context["edge"] = edge
        context["received"] = time.monotonic()
        DEADLINE.set(context["received"] + PERSON_SECONDS)
        await next_()

    app.command(ANY)(on_command)
    app.view(ANY)(on_view)
    app.action(ANY)(on_action)
    app.shortcut(ANY)(on_shortcut)
    app.event(ANY)(on_event)
    app.error(errors.unanswered)


async def ours(edge: Edge, body: dict[str, Any]) -> dict[str, Any]:
    """The payload, if the person acting is of this workspace: Bolt's context calls a Slack Connect guest one
    of us (V5), and in Enterprise Grid a member's payload may name another workspace of theirs. Everyone in it
    has their one id.

    Raises: NotFound; Busy where Slack doesn't say in time who that is.
    """
    user, who = body.get("user"), user_of(body)
    if not who:
        await edge.refuse("outside", who)
    grid = bool(body.get("enterprise") or body.get("enterprise_id"))
    body = await edge.same_person.in_body(body, who, grid=grid)
    team = user.get("team_id") if isinstance(user, Mapping) else body.get("team_id")
    if team != edge.identity.team:
        kind = await edge.kind_of(user_of(body))
        if kind == "unknown" and (grid or edge.identity.enterprise):
            raise Busy("slow")
        if kind not in ("member", "guest") or not edge.same_person.in_organisation(user_of(body)):
            await edge.refuse("outside", who)
    return body


async def on_command(ack: AsyncAck, body: dict[str, Any], edge: Edge, received: float) -> None:
    async def act() -> dict[str, Any]:
        return await entry.command(edge, await ours(edge, body), received)

    said = await errors.said_in_reply(body, act)
    several = REST in said  # then in order: the answer itself is shown whenever it arrives
    if several or (said and too_late(received)):  # Slack may not show it, and it may hold all that was typed
        edge.spawn(edge.say(body, said))
    await ack(**({} if several else said))


async def on_shortcut(ack: AsyncAck, body: dict[str, Any], edge: Edge, received: float) -> None:
    async def act() -> dict[str, Any]:
        mine = await ours(edge, body)
        return await (await _route(SHORTCUTS, mine.get("callback_id"), edge, mine))(edge, mine, received)

    await errors.said_beside(edge, body, act)
    await ack()


async def on_view(ack: AsyncAck, body: dict[str, Any], edge: Edge, received: float) -> None:
    async def act() -> dict[str, Any]:
        mine = await ours(edge, body)
        edge.people.meet([user_of(mine)])
        return await (await _route(VIEWS, mine["view"].get("callback_id"), edge, mine))(edge, mine, received)

    said = await errors.said_in_view(edge, body, act)
    if said.get("response_action") == "update":
        edge.replaces(body["view"])
    await ack(**said)


async def on_action(ack: AsyncAck, body: dict[str, Any], edge: Edge, received: float) -> None:
    action = (body.get("actions") or [{}])[0]
    kind = ids.kind_of(str(action.get("action_id", "")))

    async def act() -> None:
        mine = await ours(edge, body)
        if kind in IN_A_VIEW and not mine.get("view"):
            await edge.refuse("no view", user_of(mine))
        if kind != ids.FORGET:
            edge.people.meet([user_of(mine)])
        done = mine["actions"][0] if mine.get("actions") else {}
        await (await _route(ACTIONS, kind, edge, mine))(edge, mine, done, received)

    if kind == ids.INPUT:
        await in_time(
            act
        )  # not kept: no answer, so that Slack marks the field; the text is still on the screen
    else:
        await errors.said_beside(edge, body, act)
    await ack()


async def on_event(ack: AsyncAck, body: dict[str, Any], event: dict[str, Any], edge: Edge) -> None:
    """An event that cannot be handled now raises: no 200, so Slack delivers it again (facts 4)."""
    listener = EVENTS.get(str(event.get("type")))
    if listener:
        await in_time(lambda: _heard(edge, body, event, listener))
    await ack()


async def _heard(edge: Edge, body: Body, event: dict[str, Any], listener: Hear) -> None:
    """An event of our installation, with the one id of everyone in it.

    It names one of the installations that may see it, whichever that is (docs.slack.dev/changelog/
    2020-09-15-events-api-truncate-authed-users). So one that names another may be ours as well, in a channel
    that two workspaces share: it is where messages of ours lie.
    """
    named_us = any(map(edge.identity.is_ours, body.get("authorizations") or [{}]))
    place = (event.get("item") or event).get("channel")
    if not named_us and not await edge.look(_lies_in, str(place or "")):
        log.info("another installation's event")
        return
    who = event.get("user")
    actor = who if isinstance(who, str) and who != edge.identity.bot_user else ""
    grid = bool(body.get("enterprise_id") or body.get("context_enterprise_id"))
    await listener(edge, await edge.same_person.in_body(event, actor, grid=grid))


def _lies_in(work: Work, channel: str) -> bool:
    return whereabouts.any_in(work.store, channel)


async def _route(table: Mapping[str, T], key: object, edge: Edge, body: Body) -> T:
    """The listener of that id. Raises: NotFound (an older release's card, or a forged id)."""
    if str(key) not in table:
        await edge.refuse("unknown id", user_of(body))
    return table[str(key)]
