"""slack: erasing one's own data: the button that says yes to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.guide import erasing
from bot.slack import long_work
from bot.slack.edge import Edge, user_of

Body = Mapping[str, Any]


async def forget(edge: Edge, body: Body, action: Body, received: float) -> None:
    """[Erase my data]: it's begun, for good; the receipt comes here and as a message once it's done."""
    chore = await edge.do(erasing.begin, user_of(body))
    edge.asked[chore] = body
    edge.spawn(long_work.run(edge))
