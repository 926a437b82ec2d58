"""slack: what people do with reminders, the team's card, questions and offers that reach them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.field import Problem
from bot.guide import gates, reminders, showing, signals
from bot.guide.flow import Spot
from bot.slack import ids, messages, views
from bot.slack.edge import Edge, user_of
from bot.words.pages import problem

Body = Mapping[str, Any]
Ack = dict[str, Any]


async def snooze(edge: Edge, body: Body, action: Body, received: float) -> None:
    """In 30 minutes, or tomorrow at nine: said back only once it is committed."""
    choice = ids.rest_of(str(action["action_id"]))
    user = user_of(body)
    snoozed = await edge.do(reminders.snooze, str(action.get("value", "")), user, choice)
    values = {"until": snoozed.until, "now": edge.clock(), "tz": snoozed.tz}
    edge.spawn(edge.say(body, messages.reply("snoozed" if snoozed.until else "snoozed_before", values)))


async def leave_out(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Leave it out: a small window asks for the reason."""
    edge.spawn(edge.open_view(body, views.reason(str(action.get("value", ""))[:40]), "", received))


async def reason(edge: Edge, body: Body, received: float) -> Ack:
    """The reason was given: this reminder does not come again."""
    post = str(body["view"].get("private_metadata") or "")
    why = views.typed_reason(body["view"], post)
    if not why:
        return {"response_action": "errors", "errors": {"reason": problem(Problem("empty"))}}
    await edge.do(reminders.leave_out, post, user_of(body), why)
    return {}


async def card(edge: Edge, body: Body, action: Body, received: float) -> None:
    """I have read this · I can help."""
    button = ids.rest_of(str(action["action_id"]))
    channel = str((body.get("channel") or {}).get("id", ""))
    await edge.do(signals.press_card, str(action.get("value", "")), user_of(body), button, channel)


async def answer(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Yes, or not yet, to somebody who asked for a gate to be opened."""
    yes = ids.rest_of(str(action["action_id"])) == "yes"
    await edge.do(gates.answer, str(action.get("value", "")), user_of(body), yes=yes)


async def accept(edge: Edge, body: Body, action: Body, received: float) -> None:
    """A handover was offered: the page that asks for one line back."""
    screen = await edge.see(showing.show, str(action.get("value", "")), user_of(body), Spot("accept"))
    edge.spawn(edge.open_view(body, views.view(screen), screen.incident.id, received))
