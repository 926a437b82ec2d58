"""slack: how much one message takes, and how more than that is divided. Nothing's cut without a word.

A text object holds 3,000 characters (docs.slack.dev/reference/block-kit/composition-objects/text-object), a
message 50 blocks (docs.slack.dev/reference/block-kit/blocks). `text` should have 4,000 at most
(docs.slack.dev/reference/methods/chat.postMessage), and redrawn with more it's refused (msg_too_long,
docs.slack.dev/reference/methods/chat.update). All blocks together are refused somewhere between 9,597 and
11,341 characters (msg_blocks_too_long, github.com/slackapi/bolt-js/issues/2867). So a message of ours says
3,000 characters, in its blocks and in `text` alike: someone who sees only one of them reads just as much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.outbox.ports import REST
from bot.words.environment import escape_slack

Block = dict[str, Any]
Body = dict[str, Any]
TEXT_MAX = 3000
BLOCKS_MAX = 50
ROOM = TEXT_MAX + 1  # the last line has no end
WORTH = 300  # characters: with less room than that left, a text begins in the next message
TEXTS = ("section", "header")


def pieces(text: str, most: int = TEXT_MAX) -> Iterator[str]:
    """The text in parts of so many characters at most, divided after a paragraph, a line or a word.

    Put together they're the text again (`joined`).
    """
    while len(text) > most:
        at = cut_at(text, most)
        yield text[:at].removesuffix("\n\n")
        text = text[at:]
    yield text


def cut_at(text: str, most: int) -> int:
    """Where to divide it; within a word where none ends in the second half of the room."""
    for mark in ("\n\n", "\n", " "):
        at = text.rfind(mark, most // 2, most)
        if at >= 0:
            return at + len(mark)
    return most


def joined(parts: Sequence[str]) -> str:
    """Texts of blocks as one: what was divided within a paragraph is whole again, the rest are paragraphs."""
    divided = (part[-1:].isspace() or len(part) == TEXT_MAX for part in parts)
    between = ["" if within else "\n\n" for within in divided]
    return "".join(part + gap for part, gap in zip(parts, [*between[:-1], ""], strict=True))


def said(block: Block) -> list[str]:
    """What a block says in `text`: all that screen readers and notifications have."""
    if block["type"] in TEXTS:
        return [block["text"]["text"]]
    return [element["text"] for element in block["elements"]] if block["type"] == "context" else []


def size(texts: Sequence[str]) -> int:
    """Characters that these take in `text`, each on a line of its own."""
    return sum(len(escape_slack(text)) + 1 for text in texts)


def fitted(made: Sequence[Block], note: Block) -> tuple[list[Block], str]:
    """As much of these blocks as one message takes, with `note` where it breaks off; and the rest, as text.

    Buttons and small print stay in the first message. "" where all of it fits.
    """
    if len(made) <= BLOCKS_MAX and size([text for block in made for text in said(block)]) <= ROOM:
        return list(made), ""
    fixed = [block for block in made if block["type"] not in TEXTS]
    room = ROOM - size([text for block in fixed for text in said(block)])
    most, shown, rest = BLOCKS_MAX - len(fixed) - 1, list[Block](), list[str]()
    for block in made:
        if block["type"] not in TEXTS:
            shown.append(block)
            continue
        (text,) = said(block)
        at = 0 if rest or most <= 0 else _taken(text, room)
        room, most = room - size([text[:at]]), most - 1
        if at:
            shown.append(block | {"text": block["text"] | {"text": text[:at]}})
        if at < len(text):
            shown += [] if rest else [note]
            rest.append(text[at:])
    return shown, joined(rest)


def _taken(text: str, room: int) -> int:
    """How many of its characters go into that room: all, as far as it can be divided well, or none."""
    most = min(len(text), max(room - 1, 0))
    while (over := size([text[:most]]) - room) > 0 and most > 0:
        most -= max(over // 5, 1)  # "&" becomes five
    if most >= len(text):
        return len(text)
    return cut_at(text, most) if most >= WORTH else 0


def shown(body: Mapping[str, Any]) -> Body:
    """What of a body is for Slack."""
    return {key: value for key, value in body.items() if key != REST}
