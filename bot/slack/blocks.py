"""slack: the vocabulary of Block Kit dicts; nothing else writes a block by hand.

Limits: docs.slack.dev/reference/block-kit. Texts that may hold what people typed are plain_text, which
Slack shows to the letter: no mention, link or styling can come out of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.wording import Hint
from bot.slack.lengths import TEXT_MAX, pieces
from bot.slack.lengths import Block as Block
from bot.words.choices import distinct

TITLE_MAX, BUTTON_MAX, OPTION_MAX = 24, 30, 75
GROUP = 100  # options


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text or " ", "emoji": False}


def section(text: str) -> Block:
    return {"type": "section", "text": plain(cut(text, TEXT_MAX))}


def paragraphs(text: str) -> list[Block]:
    """Sections of a long text, divided where one section would not hold it; none for no text."""
    whole = text.strip()
    return [section(piece) for piece in pieces(whole)] if whole else []


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [plain(cut(t, 2000)) for t in texts if t]}


def mention(user: str) -> Block:
    """Somebody is called by name, and Slack tells them: the one piece of mrkdwn, made of an id alone."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": f"<@{user}>"}]}


def hints(found: Sequence[Hint], lead_in: str) -> list[Block]:
    """Kinder words, said softly; nothing when there are none."""
    said = [f"{lead_in} “{', '.join(h.matched)}”: {h.better}" for h in found]
    return [context(*said)] if said else []


def header(text: str) -> Block:
    return {"type": "header", "text": plain(cut(text, 150))}


def divider() -> Block:
    return {"type": "divider"}


def button(text: str, action_id: str, value: str = "", style: str = "") -> Block:
    """A button; `style` is primary, danger or "". Phones show about 30 characters."""
    made: Block = {"type": "button", "text": plain(cut(text, BUTTON_MAX)), "action_id": action_id}
    return made | ({"value": value} if value else {}) | ({"style": style} if style else {})


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """What Slack asks before a button counts.

    Limits: docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
    """
    return {
        "title": plain(cut(title, 100)),
        "text": plain(cut(text, 300)),
        "confirm": plain(cut(yes, BUTTON_MAX)),
        "deny": plain(cut(no, BUTTON_MAX)),
    }


def actions(block_id: str, elements: Sequence[Block]) -> list[Block]:
    """Rows of three buttons, for phones; none for none."""
    rows = [list(elements[i : i + 3]) for i in range(0, len(elements), 3)]
    return [
        {"type": "actions", "block_id": f"{block_id}.{n}" if n else block_id, "elements": row}
        for n, row in enumerate(rows)
    ]


def option(text: str, value: str) -> Block:
    return {"text": plain(cut(text, OPTION_MAX)), "value": value}


def options(choices: Sequence[tuple[str, Sequence[str]]], always: int = 0) -> list[Block]:
    """(value, its name and what tells it from others) as options, no two of them alike (`words.choices`)."""
    labels = distinct([parts for _, parts in choices], OPTION_MAX, always)
    return [option(label, value) for label, (value, _) in zip(labels, choices, strict=True)]


def listed(options: Sequence[Block]) -> Block:
    """The options of a menu. A list holds a hundred (docs.slack.dev/reference/block-kit/block-elements/
    select-menu-element): more are groups of a hundred, by number, of which there can be a hundred.
    """
    groups = [list(options[at : at + GROUP]) for at in range(0, len(options), GROUP)]
    if len(groups) < 2:
        return {"options": list(options)}
    starts = [at * GROUP + 1 for at in range(len(groups))]
    named = zip(starts, groups, strict=True)
    made = [{"label": plain(f"{at}–{at + len(one) - 1}"), "options": one} for at, one in named]
    return {"option_groups": made}


def radio(action_id: str, options: Sequence[Block], initial: str = "") -> Block:
    chosen = next((o for o in options if o["value"] == initial), None)
    made: Block = {"type": "radio_buttons", "action_id": action_id, "options": list(options)}
    return made | ({"initial_option": chosen} if chosen else {})


def input_block(block_id: str, label: str, element: Block, *, optional: bool, hint: str = "") -> Block:
    """An input that tells us of every change, so that what is typed is kept as it is typed."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(cut(label, 2000)),
        "element": element,
        "optional": optional,
        "dispatch_action": True,
    }
    return made | ({"hint": plain(cut(hint, 2000))} if hint else {})


def modal(
    *,
    callback_id: str,
    title: str,
    blocks: Iterable[Block],
    close: str,
    submit: str = "",
    private_metadata: str = "",
) -> Block:
    """A modal view. `notify_on_close` stays off: a closed view carries no values (facts 11)."""
    made: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(cut(title, TITLE_MAX)),
        "blocks": list(blocks),
        "close": plain(cut(close, TITLE_MAX)),
        "private_metadata": private_metadata,
    }
    return made | ({"submit": plain(cut(submit, TITLE_MAX))} if submit else {})
