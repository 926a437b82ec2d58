"""slack: a draft opened in the stepper: send it to me, fill it again, it is out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.guide import texts
from bot.slack import ids
from bot.slack.edge import Edge, user_of
from bot.slack.listeners import pages

Body = Mapping[str, Any]
Ack = dict[str, Any]


async def submit(edge: Edge, body: Body, received: float) -> Ack:
    """It is out: said, or sent."""
    ref = ids.ref(body["view"])
    raw = pages.typed_into(body["view"], ref)
    return await pages.answered(edge, body, await edge.do(texts.out, ref, raw, user_of(body)))


async def copy(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Send it to me: as a message of its own, in one's own DM."""
    ref = ids.ref(body["view"])
    raw = pages.typed_into(body["view"], ref)
    pages.show(edge, body, await edge.do(texts.to_me, ref, raw, user_of(body), pages.acted_at(action)))


async def anew(edge: Edge, body: Body, action: Body, received: float) -> None:
    """Drop my changes: Slack has asked once more before this came."""
    pages.show(edge, body, await edge.do(texts.anew, ids.ref(body["view"]), user_of(body)))
