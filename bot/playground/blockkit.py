"""Local Slack: the strict gate for all Block Kit that a bot sends.

Two layers, both quick enough for every call of a burst: a JSON Schema made from Slack's own types
(`blockkit_schema.json`, run by `blockkit_shape`), then the rules across several objects
(`blockkit_rules`) and, here, those of a whole view or message. The rules run only on what has passed the
schema. Whatever slack_sdk's own models refuse, this gate refuses as well; the tests hold it against them,
because building the models for each call would cost several times what the gate costs.

Every problem is one sentence that begins with a path, such as
`blocks[3].element.options[0].text.text: 81 characters, 75 at most`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from bot.playground.blockkit_rules import MARKDOWN_TEXT, TOGETHER, Json, broken_rules
from bot.playground.blockkit_shape import Shapes

SHAPES = Shapes(json.loads((Path(__file__).parent / "blockkit_schema.json").read_text("utf-8")))
VIEWS = {"modal": "ModalView", "home": "HomeView"}

VIEW_BYTES = 250_000
MESSAGE_BLOCKS = 50
MESSAGE_ATTACHMENTS = 100
FALLBACK_TEXT = 4_000  # longer: chat.update answers msg_too_long, chat.postMessage may split the message
EVENT_TYPE = 50


def check_view(view: Json, kind: Literal["modal", "home"]) -> list[str]:
    """What Slack would not accept in a view (views.open, .push, .update, .publish); empty: all is well."""
    problems = SHAPES.check(VIEWS[kind], view, "")
    return problems or [*broken_rules(kind, view["blocks"]), *_view_rules(kind, view)]


def check_message(args: Json) -> list[str]:
    """What Slack would not accept in a message (chat.postMessage, .update, .postEphemeral, response_url).

    Judged are `text`, `blocks`, `markdown_text`, `attachments` and `metadata`, not where the message goes.
    """
    blocks = args.get("blocks") or []
    problems = [*_message_shape(blocks), *_metadata(args.get("metadata")), *_message_text(args)]
    return problems or broken_rules("message", blocks)


def refusal(problems: list[str]) -> str:
    """Slack's word for why it takes no such message: too much text, or something about its form.

    Sources: docs.slack.dev/reference/methods/chat.update (msg_too_long);
    github.com/slackapi/bolt-js/issues/2867 (msg_blocks_too_long).
    """
    if all(problem.startswith("text: ") and " at most" in problem for problem in problems):
        return "msg_too_long"
    return "msg_blocks_too_long" if all(TOGETHER in problem for problem in problems) else "invalid_blocks"


def check_errors(errors: object, view: Json) -> list[str]:
    """What Slack would not accept in a `response_action: errors` to this view.

    Else the person sees "We had some trouble connecting" and no text (docs.slack.dev/surfaces/modals).
    """
    if not isinstance(errors, dict) or not errors:
        return ["errors: at least one field with its problem is needed"]
    inputs = {block.get("block_id") for block in view["blocks"] if block["type"] == "input"}
    unknown = [f"errors.{key}: not the block_id of an input block" for key in errors if key not in inputs]
    empty = [
        f"errors.{key}: a text is needed"
        for key, text in errors.items()
        if not isinstance(text, str) or not text
    ]
    return unknown + empty


def _view_rules(kind: str, view: Json) -> Iterator[str]:
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if kind == "modal" and has_input and "submit" not in view:
        yield "submit: missing, though the view has an input block"
    size = len(json.dumps(view, ensure_ascii=False).encode())
    if size > VIEW_BYTES:
        yield f"view: {size} bytes, {VIEW_BYTES} at most"


def _message_shape(blocks: object) -> Iterator[str]:
    if not isinstance(blocks, list):
        yield "blocks: an array is needed"
        return
    if len(blocks) > MESSAGE_BLOCKS:
        yield f"blocks: {len(blocks)} items, {MESSAGE_BLOCKS} at most"
    for index, block in enumerate(blocks):
        yield from SHAPES.check("KnownBlock", block, f"blocks[{index}]")


def _message_text(args: Json) -> Iterator[str]:
    text, markdown = args.get("text") or "", args.get("markdown_text") or ""
    attachments = args.get("attachments") or []
    if not (text or markdown or attachments or args.get("blocks") or args.get("delete_original")):
        yield "text: missing, and there are no blocks either"
    if len(text) > FALLBACK_TEXT:
        yield f"text: {len(text)} characters, {FALLBACK_TEXT} at most"
    if len(markdown) > MARKDOWN_TEXT:
        yield f"markdown_text: {len(markdown)} characters, {MARKDOWN_TEXT} at most"
    if markdown and (text or args.get("blocks")):
        yield "markdown_text: not together with text or blocks"
    if len(attachments) > MESSAGE_ATTACHMENTS:
        yield f"attachments: {len(attachments)} items, {MESSAGE_ATTACHMENTS} at most"


def _metadata(metadata: object) -> Iterator[str]:
    """`{event_type, event_payload}`, the payload flat (docs.slack.dev/messaging/message-metadata)."""
    if metadata is None:
        return
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        yield "metadata: exactly event_type and event_payload are needed"
        return
    name, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(name, str) or not 1 <= len(name) <= EVENT_TYPE:
        yield f"metadata.event_type: a name of 1 to {EVENT_TYPE} characters is needed"
    if not isinstance(payload, dict):
        yield "metadata.event_payload: an object is needed"
    elif nested := [key for key, value in payload.items() if not isinstance(value, str | int | float | bool)]:
        yield f"metadata.event_payload.{nested[0]}: only text, numbers, true and false are kept"
