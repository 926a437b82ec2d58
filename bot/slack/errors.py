"""slack: the one place where errors become words, where the person is looking (Dispatch's habit, mended).

`except Exception` stands here and in the sender's parking of one bad row, nowhere else. An unexpected fault
gets an id that is in the log too; nothing that was typed is ever part of either.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.response import BoltResponse

from bot.domain.errors import Busy, NotFound, Refused
from bot.outbox.ports import Verdict
from bot.slack import blocks, ids, messages
from bot.slack.answers import answer
from bot.slack.edge import Edge
from bot.slack.typed import command_text
from bot.store.deadlines import in_time
from bot.words.pages import words

FOR_GOOD = ("full", "failing", "read_only", "damaged")  # what does not pass by itself, each with its words
log = logging.getLogger(__name__)
Body = Mapping[str, Any]
Ack = dict[str, Any]


def explain(fault: Exception, *, on_page: bool = False) -> str:
    """The sentence for a fault; `on_page`: said where what they typed is still on the screen."""
    values: dict[str, object] = {}
    if isinstance(fault, Busy):
        code = fault.why if fault.why in FOR_GOOD else "busy_page" if on_page else "busy"
    elif isinstance(fault, NotFound):
        code = "not_found"
    elif isinstance(fault, Refused):
        code, values = fault.code, fault.values
    else:
        code, values = "fault", {"id": secrets.token_hex(4)}
        log.error("fault", exc_info=fault, extra={"fault_id": values["id"]})
    return words("errors/surfaces", values)(code)


async def unanswered(error: Exception) -> BoltResponse:
    """For events and keystrokes, where nobody waits for words: no 200, so Slack repeats or marks them."""
    if isinstance(error, NotFound | Refused):
        return BoltResponse(status=403)
    if not isinstance(error, Busy):
        log.error("fault", exc_info=error)
    return BoltResponse(status=503)


async def said_in_reply(body: Body, act: Callable[[], Awaitable[Ack]]) -> Ack:
    """For commands: the words are the answer, with what was typed, since Slack's box is empty by now."""
    try:
        return await in_time(act)
    except Exception as fault:
        sentences = [explain(fault)]
        typed = command_text(str(body.get("text") or "")).strip()
        if typed and not isinstance(fault, NotFound):
            sentences.append(words("errors/surfaces", {"typed": typed})("words_back"))
        shown = [block for one in sentences for block in blocks.paragraphs(one)]
        return {"response_type": "ephemeral", **messages.body(shown)}


async def said_in_view(edge: Edge, body: Body, act: Callable[[], Awaitable[Ack]]) -> Ack:
    """For Next: under the first field, so that everything typed stays; without a field, over the page."""
    try:
        return await in_time(act)
    except Exception as fault:
        sentence = explain(fault, on_page=True)
    first = seen_inputs(edge, body["view"])[:1]
    return under({first[0]: sentence}) if first else over(sentence)


def seen_inputs(edge: Edge, view: Body) -> list[str]:
    """The fields of a page under which a sentence can be read, [] where it isn't on the screen any more.

    An error for anything else than an input of the page on screen makes Slack say "We had some trouble
    connecting" in place of it (github.com/slackapi/bolt-js/issues/554, bolt-python/issues/566).
    """
    if edge.is_redrawn(view):
        return []
    return [block["block_id"] for block in view.get("blocks", []) if block.get("type") == "input"]


def under(said: Mapping[str, str]) -> Ack:
    """Each sentence under its own field."""
    return {"response_action": "errors", "errors": dict(said)}


def over(sentence: str) -> Ack:
    """In a page laid over whatever is on the screen."""
    return {"response_action": "push", "view": _page(sentence)}


async def said_beside(edge: Edge, body: Body, act: Callable[[], Awaitable[Any]]) -> None:
    """For buttons and shortcuts: over the modal, beside the message, or in a window of its own."""
    try:
        await in_time(act)
    except Exception as fault:
        sentence = explain(fault)
    else:
        return
    if body.get("view") and (body["view"] or {}).get("type") == "modal":
        edge.spawn(edge.push_view(body, _page(sentence)))
    elif body.get("response_url"):
        edge.spawn(_beside(edge, body, sentence))
    else:
        edge.spawn(_window(edge, body, sentence))


async def _beside(edge: Edge, body: Body, sentence: str) -> None:
    if not await edge.respond(body, messages.body(blocks.paragraphs(sentence))):
        await _window(edge, body, sentence)


async def _window(edge: Edge, body: Body, sentence: str) -> None:
    opened = await answer(
        edge.client.views_open(trigger_id=str(body.get("trigger_id", "")), view=_page(sentence))
    )
    if opened.verdict is not Verdict.YES:
        log.warning("words not shown", extra={"reason": opened.reason})


def _page(sentence: str) -> Ack:
    say = words("errors/surfaces", {})
    return blocks.modal(
        callback_id=ids.READ, title=say("title"), close=say("close"), blocks=blocks.paragraphs(sentence)
    )
