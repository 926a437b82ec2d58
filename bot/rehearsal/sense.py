"""rehearsal: lines of a script that would do nothing, or not what they say: each is an error.

What people may do in any order stays possible; here are only acts that have nothing to act on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `script` is made with this
    from bot.rehearsal.script import Script, Step

LADDER = ("B", "F1", "F2")
ROLES = {"A": "a channel, and no person", "H": "the person handling it; say who that is"}
TO_PARTY = frozenset({"contact", "update", "voicemail"})
LONGEST_BREATH = 5  # minutes in all, with the one extension (product.md 1.3 S2)
ONCE: Mapping[str, str] = {  # verb -> what a second such line of the same person would only repeat
    "ack": "{who} has acknowledged already",
    "see": "{who} has read the card already",
    "help": "{who} has offered to help already",
    "tell": "the boss has been told already",
    "senior": "R has said so already",
    "ready": "it was ended before",
    "legal": "P has decided already",
    "fixed": "it's fixed already",
    "debrief": "the debrief has been noted already",
    "review": "the review has been held already",
    "letter": "the letter has been sent already",
    "sat": "they've said already whether they're satisfied",
}
ANEW = frozenset({"fixed", "debrief", "review", "letter", "sat"})  # once more after it was reopened
AFTERWARDS: Mapping[str, tuple[str, ...]] = {  # verb -> the ends after which its page is still there
    "reopen": ("close", "cancel"),
    "legal": ("close", "cancel"),
    **dict.fromkeys(("review", "letter", "sat"), ("close",)),
}


@dataclass
class Told:
    """How far a script has come, line by line."""

    script: Script
    ladder: tuple[str, ...]
    level: str
    handler: str = "R"
    offered: str = ""
    ended: str = ""  # by which verb
    breathed: int = 0  # minutes
    done: set[str] = field(default_factory=set)  # each verb, with who did it where a line says so


def check(steps: Sequence[Step], script: Script) -> None:
    """Raises: ScriptError for the first line that could only be a mistake."""
    ladder = () if script.boss == "none" else LADDER
    so_far = Told(script, ladder, script.level.word)
    for step in steps:
        for rule in (_stranger, _over, _again, RULES.get(step.verb, _nothing)):
            if why := rule(so_far, step):
                raise step.wrong(why)
        _follow(so_far, step)


def _follow(so_far: Told, step: Step) -> None:
    so_far.done.add(_act(step))
    if step.verb == "offer":
        so_far.offered = step.who
    elif step.verb == "accept":
        so_far.handler, so_far.offered = step.who, ""
    elif step.verb in ("close", "cancel"):
        so_far.ended = step.verb
    elif step.verb == "reopen":
        so_far.ended, so_far.done = "", so_far.done - ANEW
    elif step.verb == "level":
        so_far.level = step.word
    elif step.verb == "breathe":
        so_far.breathed += step.minutes


def _act(step: Step) -> str:
    return f"{step.verb} {step.who}".rstrip()


def _stranger(so_far: Told, step: Step) -> str:
    """Why no one of that name can do it, "" where someone can."""
    if not step.who or step.verb in TO_PARTY:
        return ""
    if step.who in ROLES:
        return f"{step.who} is {ROLES[step.who]}"
    if re.fullmatch(r"C\d+", step.who):
        return f"{step.who} is a client, and has no part in what's done in Slack"
    return "" if re.fullmatch(r"[A-Za-z][\w-]*", step.who) else "that's no name"


def _over(so_far: Told, step: Step) -> str:
    over = so_far.ended and so_far.ended not in AFTERWARDS.get(step.verb, ())
    return f"it ended with {so_far.ended} before, and wasn't reopened" if over else ""


def _again(so_far: Told, step: Step) -> str:
    return ONCE.get(step.verb, "").format(who=step.who) if _act(step) in so_far.done else ""


def _nothing(so_far: Told, step: Step) -> str:
    return ""


def _ack(so_far: Told, step: Step) -> str:
    if not so_far.ladder:
        return "there is no ladder (boss: none), so no one can acknowledge"
    known = ", ".join(so_far.ladder)
    return "" if step.who in so_far.ladder else f"{step.who} isn't on the ladder ({known})"


def _ok(so_far: Told, step: Step) -> str:
    may = dict.fromkeys((*so_far.ladder, "P", "R", so_far.handler))
    if step.who not in may:
        return f"{step.who} can't approve anything; {', '.join(may)} can"
    told = step.who not in so_far.ladder or "tell" in so_far.done
    return "" if told else f"{step.who} hasn't been told"


def _accept(so_far: Told, step: Step) -> str:
    if not so_far.offered:
        return "nothing has been offered"
    return "" if step.who == so_far.offered else f"it was offered to {so_far.offered}"


def _offer(so_far: Told, step: Step) -> str:
    return f"{step.who} handles it already" if step.who == so_far.handler else ""


def _reopen(so_far: Told, step: Step) -> str:
    return "" if so_far.ended else "it's neither closed nor cancelled"


def _ready(so_far: Told, step: Step) -> str:
    return "" if "breathe" in so_far.done else "no breathing time was started"


def _breathe(so_far: Told, step: Step) -> str:
    if "ready" in so_far.done:
        return "the breathing time has ended"
    whole = step.minutes + so_far.breathed
    if step.minutes < 1 or whole > LONGEST_BREATH:
        return f"takes 1 to {LONGEST_BREATH} minutes" + (" in all" if so_far.breathed else "")
    return ""


def _promise(so_far: Told, step: Step) -> str:
    return "that time has passed by then" if step.promised and step.promised < step.at else ""


def _tell(so_far: Told, step: Step) -> str:
    return "" if so_far.ladder else "there is no one to tell (boss: none); that's senior"


def _level(so_far: Told, step: Step) -> str:
    return f"the level is {step.word} already" if step.word == so_far.level else ""


def _legal(so_far: Told, step: Step) -> str:
    return "" if so_far.script.flags else "nothing was sent to P (flags: none)"


RULES: Mapping[str, Callable[[Told, Step], str]] = {
    "ack": _ack,
    "ok": _ok,
    "accept": _accept,
    "offer": _offer,
    "reopen": _reopen,
    "ready": _ready,
    "breathe": _breathe,
    "contact": _promise,
    "update": _promise,
    "tell": _tell,
    "level": _level,
    "legal": _legal,
}
"""Verb -> why such a line can't do anything at that point, "" where it can."""
