"""slack: the ways in: the command, the shortcuts, App Home, and the buttons that start or go on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.domain.errors import NotFound
from bot.guide import entry, showing
from bot.guide.flow import Spot
from bot.guide.outcome import Begun, Choose, Hub, Parcel, Reply, Shown
from bot.guide.work import Work
from bot.outbox.ports import Moment
from bot.slack import ids, long_work, messages, parcels, views
from bot.slack.answers import answer
from bot.slack.edge import Edge, user_of
from bot.slack.home import home
from bot.slack.typed import command_text
from bot.slack.windows import blank
from bot.words.pages import facts

Body = Mapping[str, Any]
Ack = dict[str, Any]


async def command(edge: Edge, body: Body, received: float) -> Ack:
    """`/screwedup …`: an open window, or a short answer only this person sees."""
    user = user_of(body)
    text = command_text(str(body.get("text") or ""))
    ask = edge.see if entry.only_reads(text) else edge.do
    outcome = await ask(entry.command, user, text, _act(body))
    if isinstance(outcome, Parcel):
        edge.spawn(parcels.send(edge, user, outcome.files))
    if isinstance(outcome, Begun):
        edge.spawn(long_work.run(edge))
    if isinstance(outcome, Reply):
        return {"response_type": "ephemeral", **reply(outcome)}
    _open(edge, body, outcome, received)
    return {}


def reply(outcome: Reply) -> dict[str, Any]:
    values = {
        **outcome.values,
        "names": outcome.reader.names,
        "user": outcome.reader.user,
        "now": outcome.reader.now,
        "tz": outcome.reader.tz,
    }
    if "incident" in values:
        values |= facts(values["incident"], outcome.reader.names)
    return messages.reply(outcome.code, values)


def _open(edge: Edge, body: Body, screen: Shown | Hub | Choose, received: float) -> None:
    incident = screen.fresh if isinstance(screen, Choose) else screen.incident.id
    edge.spawn(edge.open_view(body, views.view(screen), incident, received))


async def shortcut(edge: Edge, body: Body, received: float) -> Ack:
    """The lightning menu: as the command without text."""
    _open(edge, body, await edge.do(entry.begin, user_of(body), "", act=_act(body)), received)
    return {}


async def message_shortcut(edge: Edge, body: Body, received: float) -> Ack:
    """From a message's menu: its link is kept for this person's eyes, its text is not."""
    began = await edge.do(entry.begin, user_of(body), "", _link(body)[:300], act=_act(body))
    _open(edge, body, began, received)
    return {}


def _act(body: Body) -> str:
    """What names one human act: the button of one message, or the message whose menu it was, since a second
    click has a trigger id of its own; else the trigger id, which only a second delivery shares
    (docs.slack.dev/reference/interaction-payloads/block_actions-payload: `container`; shortcuts-payload).
    """
    at, button = body.get("container") or {}, (body.get("actions") or [{}])[0]
    ts = str(at.get("message_ts") or body.get("message_ts") or "")
    channel = str(at.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    pressed = (str(button.get(key) or "") for key in ("action_id", "value"))
    return ":".join((channel, ts, *pressed)) if ts else str(body.get("trigger_id") or "")


def _link(body: Body) -> str:
    """The address of the message; "" where Slack names no workspace, as it may for an organisation."""
    domain = (body.get("team") or {}).get("domain", "")
    channel = (body.get("channel") or {}).get("id", "")
    ts = str(body.get("message_ts") or "").replace(".", "")
    return f"https://{domain}.slack.com/archives/{channel}/p{ts}" if domain and channel and ts else ""


async def home_opened(edge: Edge, event: Body) -> None:
    """App Home was opened; it is drawn by the outbox."""
    if event.get("tab") == "home":
        user = str(event.get("user", ""))
        with suppress(NotFound):  # audited; not an account that has a Home here
            await edge.do(entry.home, user)


async def start(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Start]: something new, or what's open."""
    _open(edge, body, await edge.do(entry.begin, user_of(body), "", act=_act(body)), received)


async def practise(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Practice]: the whole way, and every message comes to this person alone."""
    _open(edge, body, await edge.do(entry.practise, user_of(body)), received)


async def begin_with(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Start with this]: the one word that was no command."""
    said = str(action.get("value", ""))
    _open(edge, body, await edge.do(entry.begin, user_of(body), said, act=_act(body)), received)


async def turn(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Older], [Newer]: another page of the list, in its place; on Home, of Home."""
    user, beyond = user_of(body), str(action.get("value", ""))
    newer = ids.rest_of(str(action.get("action_id", ""))) == "newer"
    if (body.get("view") or {}).get("type") == "home":
        edge.spawn(_turn_home(edge, user, beyond, newer=newer))
    else:
        made = reply(await edge.see(entry.turn, user, beyond, newer=newer))
        edge.spawn(edge.say(body, {**made, "replace_original": True}))


async def _turn_home(edge: Edge, user: str, beyond: str, *, newer: bool) -> None:
    def draw(work: Work) -> dict[str, Any]:
        work.account(user, "own_data")
        return home(work.store, user, Moment(work.now, work.policy), beyond=beyond, newer=newer)

    view = await edge.look(draw)
    await answer(edge.client.views_publish(user_id=user, view=view), "view", "id")


async def go_on(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Continue]: where it was left, or the page that a reminder is about."""
    stage, _, party = ids.rest_of(str(action.get("action_id", ""))).partition(".")
    spot = Spot(stage, party) if stage else None
    screen = await edge.see(showing.show, str(action.get("value", "")), user_of(body), spot)
    _open(edge, body, screen, received)


async def go_on_blank(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Continue] once Slack wouldn't take the page with what was filled in: the page without it."""
    screen = await edge.see(showing.show, str(action.get("value", "")), user_of(body), None)
    edge.spawn(edge.open_view(body, blank(views.view(screen)), screen.incident.id, received))
