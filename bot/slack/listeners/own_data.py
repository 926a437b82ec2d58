"""slack: erasing one's own data: the button that says yes to it, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.guide import erasing
from bot.outbox.ports import Moment, Verdict
from bot.slack import messages
from bot.slack.answers import answer
from bot.slack.edge import Edge, user_of
from bot.slack.home import empty

Body = Mapping[str, Any]
MOST = 5  # messages of one receipt


async def forget(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Erase my data]: it is done before anything is said; the receipt comes here and as a message."""
    user = user_of(body)
    receipt = await edge.do(erasing.forget, user)
    await edge.database.wipe()
    values = {"receipt": receipt, "now": edge.clock(), "tz": "UTC", "user": user}
    made = messages.reply("forgotten", values)
    edge.spawn(edge.say(body, made))
    edge.spawn(_leave_word(edge, user, made))


async def _leave_word(edge: Edge, user: str, made: dict[str, Any]) -> None:
    """The receipt in their DM, which is not kept here, and a Home that holds nothing of the past."""
    opened = await answer(edge.client.conversations_open(users=[user]), "channel", "id")
    for part in messages.parts(made, MOST) if opened.verdict is Verdict.YES else ():
        await answer(edge.client.chat_postMessage(channel=opened.value, parse="none", **part), "ts")
    view = empty(user, Moment(edge.clock(), edge.policy))
    await answer(edge.client.views_publish(user_id=user, view=view), "view", "id")
