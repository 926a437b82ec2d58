"""slack: a view handed to Slack. Whatever it won't take of a page, there's a way in: the page left blank.

What was typed stays in its draft: an input of such a page that's left empty counts as absent (`fields.read`).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.outbox.ports import Answer
from bot.slack import ids
from bot.slack.answers import answer
from bot.slack.blocks import Block

log = logging.getLogger(__name__)
# docs.slack.dev/reference/methods/views.open, .push and .update: what they say of the view itself
UNFIT = frozenset(
    {"invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_blocks", "invalid_blocks_format"}
    | {"invalid_view", "view_too_large", "msg_blocks_too_long", "invalid_json", "json_not_object"}
)


async def taken(call: Callable[[Block], Awaitable[Any]], view: Block) -> tuple[Answer, bool]:
    """Slack's answer to `call(view)`; and whether it refused the page as it was and got a blank one."""
    first = await answer(call(view))
    if first.reason not in UNFIT:
        return first, False
    log.error("view refused", extra={"reason": first.reason, "view": view["callback_id"]})
    return await answer(call(blank(view))), True


def blank(view: Block) -> Block:
    """The page with nothing filled in, its inputs called so; none of them is needed, since it may be kept."""
    made = [
        b | {"element": _emptied(b["element"]), "optional": True} if b["type"] == "input" else b
        for b in view["blocks"]
    ]
    return {**view, "blocks": made}


def _emptied(element: Block) -> Block:
    kept = {key: value for key, value in element.items() if not key.startswith("initial_")}
    named = kept.get("action_id", "").startswith(f"{ids.INPUT}.")
    return kept | ({"action_id": ids.blank(kept["action_id"])} if named else {})
