"""slack: what someone typed in a message, out of Slack's own writing and into plain words. Pure.

In a message's event `&`, `<` and `>` are entities, and mentions, channels, groups, dates and links stand in
angle brackets (docs.slack.dev/messaging/formatting-message-text, "Retrieving messages"). Emoji come by name,
even those that a phone typed as characters. A modal's field comes as it was typed, and stays so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

ENTITIES: Mapping[str, str] = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
ENTITY = re.compile("|".join(ENTITIES))
RAW = re.compile(rf"[<>]|&(?!{'|'.join(entity[1:] for entity in ENTITIES)})")
MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^<>]*)?>")
EMOJI = re.compile(r":([\w+'-]+?)(?:::skin-tone-([2-6])(?:-([2-6]))?)?:")
CONTROL = re.compile("<([^<>]+)>")
PIECE = re.compile(
    rf"(?P<code>```.*?```|`[^`\n]+`)|{CONTROL.pattern}|(?<!:)(?P<emoji>(?:{EMOJI.pattern})+)", re.DOTALL
)
ADDRESS = re.compile(r"(https?://|mailto:|tel:)|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SHORT = re.compile(r"\w{1,2}|\d+")  # emoji names (`b`, `100`) that stand in other words, too: a:b:c
MOST = 20
TONES: Mapping[str, str] = dict(zip("23456", "🏻🏼🏽🏾🏿", strict=True))
JOINED = "\u200d"
PAIRS: Mapping[str, str] = {  # where each of the two has a tone (Unicode's emoji-zwj-sequences.txt)
    "👫": "👩‍🤝‍👨",
    "👬": "👨‍🤝‍👨",
    "👭": "👩‍🤝‍👩",
    "💏": "🧑‍❤️‍💋‍🧑",
    "💑": "🧑‍❤️‍🧑",
    "🤝": "🫱‍🫲",
}
PAIR = re.compile(f"[👨👩🧑]{JOINED}.*[👨👩🧑]|🫱{JOINED}🫲")


def message_text(text: str, names: Mapping[str, str]) -> str:
    """The text of a `message` event as a person reads it. `names`: of those it mentions, by user id.

    An emoji of the workspace's own, which has no character, becomes its name in words.
    """

    def control(found: re.Match[str]) -> str:
        return _control(found[0], names)

    def piece(found: re.Match[str]) -> str:
        if code := found["code"]:  # to the letter, what looks like an emoji too
            return _each(CONTROL, code, control)
        return _emoji(found) if found["emoji"] else control(found)

    return _each(PIECE, text, piece)


def _each(pattern: re.Pattern[str], text: str, say: Callable[[re.Match[str]], str]) -> str:
    """Every piece as `say` has it, and what lies between them without entities: nothing is read twice."""
    said: list[str] = []
    at = 0
    for found in pattern.finditer(text):
        said += [unescaped(text[at : found.start()]), say(found)]
        at = found.end()
    return "".join([*said, unescaped(text[at:])])


def mentioned(text: str) -> list[str]:
    """The people that a message's text mentions, by user id; as many as are looked up for one message."""
    return list(dict.fromkeys(MENTION.findall(text)))[:MOST]


def unescaped(text: str) -> str:
    """Slack's three entities as the characters they stand for, once."""
    return ENTITY.sub(lambda found: ENTITIES[found[0]], text)


def command_text(text: str) -> str:
    """What was typed after a command, which Slack's pages don't say whether it escapes (docs.slack.dev,
    implementing slash commands; github.com/slackapi/bolt-python/issues/513 has it of other payloads).

    The text itself tells: one that was escaped holds no bare `<`, `>` or `&`.
    """
    return text if RAW.search(text) else unescaped(text)


def _control(whole: str, names: Mapping[str, str]) -> str:
    """What stands between angle brackets, in words; whole where it is nothing of Slack's."""
    target, _, said = whole[1:-1].partition("|")
    label, kind = unescaped(said), target[:1]
    if kind == "@":
        return "@" + (names.get(target[1:]) or label.removeprefix("@") or "someone")
    if kind == "#":
        return f"#{label}" if label else "a channel"  # private, or named by its id alone: we can't tell
    if target.startswith("!date^"):
        return label
    if target.startswith("!subteam^"):
        return label or "@a group"
    if kind == "!":
        return "@" + (label.removeprefix("@") or target[1:])
    scheme = ADDRESS.match(target)
    return _link(unescaped(target), label, scheme[1] or "") if scheme else unescaped(whole)


def _link(target: str, label: str, scheme: str) -> str:
    """A link is said with its address: behind other words it'd be lost."""
    address = target if scheme.startswith("http") else target.removeprefix(scheme)
    short = target.removeprefix(scheme).rstrip("/")
    same = label.removeprefix(scheme).rstrip("/") in ("", short) or re.sub(r"[ ()/.-]", "", label) == address
    return address if same else f"{label} ({address})"


def _emoji(found: re.Match[str]) -> str:
    """One emoji or several in a row, as characters; one that Slack doesn't know by its name in words."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    alone = not (before.isalnum() or before == "_" or after.isalnum() or (after in ("_", ":") and after))

    def character(one: re.Match[str]) -> str:
        name = one[1]
        known = _emojis().get(name, "")
        if known and (alone or not SHORT.fullmatch(name)):
            return _toned(known, one[2], one[3])
        words = " ".join(re.split("[_-]+", name)).strip()
        return f"({words})" if alone and not known and words[:1].isalpha() else one[0]

    return EMOJI.sub(character, found[0])


def _toned(known: str, tone: str | None, other: str | None) -> str:
    """The emoji in that tone; of two people, the second in the other one, or in the same."""
    plain = known.removesuffix("*")
    pair = PAIRS.get(plain, plain) if other else plain
    if tone and PAIR.fullmatch(pair):
        return pair[0] + TONES[tone] + pair[1:] + TONES[other or tone]
    return plain[0] + TONES[tone] + plain[1:].removeprefix("\ufe0f") if tone and known != plain else plain


@cache
def _emojis() -> Mapping[str, str]:
    lines = Path(__file__).with_name("emoji.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("# "))
