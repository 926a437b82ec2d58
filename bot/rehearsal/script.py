"""rehearsal: the grammar of scripts: YAML text in, steps in time out; lines of nudges, and what differs.

Product.md 6. Knows nothing of how a script is played: names in it (R, H2, B, F1, P, A, C1) are only names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from bot.domain.level import Level

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
AFTERMATH = timedelta(days=6)  # nudges are compared so long after the last event
LONGEST = timedelta(days=3650)  # from the start to any time in a script
LEFT_OUT = frozenset({"resume", "stale", "still", "gate", "act.due", "recur", "hand.boss"})
OF_REPORTER = frozenset({"breathe.end", "tell", "letgo", "checkin"})

ANSWERS: Mapping[str, tuple[str, ...]] = {
    "level": tuple(level.word for level in Level),
    "reach": ("none", "one", "several", "many", "public"),
    "going": ("no", "yes", "unknown"),
    "undo": ("fully", "partly", "no", "unknown"),
    "money": ("none", "under", "over", "unknown"),
    "found": ("self", "colleague", "client", "late"),
    "boss": ("present", "away", "none"),
}
FLAGS = ("personal", "safety", "filing", "confidential", "payment", "press")

# Verb -> what follows it: WHO a name, WORD a word, MINUTES a number, NEXT the promised time, or nothing.
ALONE = (
    "open", "stop", "own", "assess", "halt", "plan", "fixed", "debrief", "review", "letter", "sat", "close",
    "ready", "tell", "senior", "note", "reopen",
)  # fmt: skip
VERBS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(ALONE, ()),
    **dict.fromkeys(("ack", "ok", "see", "help", "offer", "accept", "voicemail"), ("WHO",)),
    **dict.fromkeys(("level", "legal", "cancel"), ("WORD",)),
    **dict.fromkeys(("contact", "update"), ("WHO", "NEXT")),
    "breathe": ("MINUTES",),
}
OF_PARTY = frozenset({"contact", "update", "voicemail"})


class ScriptError(ValueError):
    """A script cannot be read; says where and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One human act. `who`: a person or a party; `word`: a level, a decision or a reason."""

    at: datetime
    verb: str
    who: str = ""
    word: str = ""
    minutes: int = 0
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One nudge as a script lists it."""

    at: datetime
    name: str
    who: str


@dataclass(frozen=True, slots=True)
class Script:
    """What people do from `start` (T0) on; `bot` None: nothing to compare with. `answers` by question."""

    name: str
    start: datetime
    level: Level
    answers: Mapping[str, str]
    flags: tuple[str, ...]
    clients: int
    boss: str
    steps: tuple[Step, ...]
    bot: tuple[Line, ...] | None

    @property
    def until(self) -> datetime:
        return max(step.at for step in self.steps) + AFTERMATH

    @property
    def parties(self) -> tuple[str, ...]:
        return tuple(f"C{number}" for number in range(1, self.clients + 1))

    def line(self, at: datetime, kind: str, step: int, party: str, who: str) -> Line | None:
        """A nudge as this script would list it; None where the comparison leaves it out.

        `who` is the recipient's name, and H rather than R for the handler until somebody accepted a handover.
        """
        if kind in LEFT_OUT or (kind == "deb.due" and step > 3) or at > self.until:
            return None
        return Line(at, f"{kind}/{party}" if party and self.clients > 1 else kind, who)

    def text(self, line: Line) -> str:
        return f"{self.when(line.at)} {line.name} > {line.who}"

    def when(self, at: datetime) -> str:
        """`+minutes` on day 0, `dN@HH:MM` after."""
        days = (at.date() - self.start.date()).days
        return f"d{days}@{at:%H:%M}" if days else f"+{(at - self.start) // timedelta(minutes=1)}"

    def differences(self, happened: Iterable[Line]) -> list[str]:
        """`- line` for each nudge that is missing, `+ line` for each unexpected one, in order of time."""
        expected, got = Counter(self.bot or ()), Counter(happened)
        lines = [("-", line) for line in (expected - got).elements()]
        lines += [("+", line) for line in (got - expected).elements()]
        return [
            f"{sign} {self.text(line)}"
            for sign, line in sorted(lines, key=lambda item: (item[1].at, item[0]))
        ]


def name_of(kind: str, name: str, handed_over: bool) -> str:
    """The reporter is H in nudges to the handler, until somebody accepted a handover."""
    return "H" if name == "R" and not handed_over and kind not in OF_REPORTER else name


def parse(text: str) -> Script:
    """A script of that YAML text. ScriptError names what cannot be read."""
    tree = _tree(text)
    answers = {key: _one_of(tree, key, allowed) for key, allowed in ANSWERS.items()}
    start = _start(tree.get("start"))
    bot = None if tree.get("bot") is None else tuple(_line(line, start) for line in _lines(tree, "bot"))
    clients = _count(tree.get("clients", 0))
    return Script(
        name=str(tree.get("name", "")),
        start=start,
        level=Level.from_word(answers["level"]),
        answers=answers,
        flags=_flags(tree.get("flags", "none")),
        clients=clients,
        boss=answers["boss"],
        steps=_steps([_step(line, start) for line in _lines(tree, "do")], clients),
        bot=bot,
    )


def _tree(text: str) -> dict[str, Any]:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise ScriptError("a script has no aliases (*name)")
        tree = yaml.safe_load(text)
    except RecursionError as error:
        raise ScriptError("not a script: it is nested too deeply") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ScriptError(f"not a YAML file: {error}") from error
    if not isinstance(tree, dict):
        raise ScriptError("a script is a table with start, level, do …")
    return tree


def _lines(tree: Mapping[str, Any], key: str) -> list[str]:
    """The lines of `do` or `bot`."""
    lines = tree.get(key)
    if not isinstance(lines, list):
        raise ScriptError(f"{key}: must be a list of lines")
    for number, line in enumerate(lines, 1):
        if not isinstance(line, str):
            raise ScriptError(f"{key}: line {number} must be text, with a time first")
    return lines


def _steps(steps: list[Step], clients: int) -> tuple[Step, ...]:
    """In order of time; the first opens the incident, and no other does."""
    ordered = tuple(sorted(steps, key=lambda step: step.at))
    if not ordered:
        raise ScriptError("do: must list at least one step")
    if [step.verb == "open" for step in ordered] != [True] + [False] * (len(ordered) - 1):
        raise ScriptError("do: must begin with open, and have it once")
    parties = {f"C{number}" for number in range(1, clients + 1)}
    for step in ordered:
        if step.verb in OF_PARTY and step.who not in parties:
            raise ScriptError(
                f"{step.verb} {step.who}: must name one of C1 to C{clients} (clients: {clients})"
            )
    return ordered


def _one_of(tree: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = tree.get(key)
    word = {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else value
    if not isinstance(word, str) or word not in allowed:
        raise ScriptError(f"{key}: {_shown(value)} must be one of {', '.join(allowed)}")
    return word


def _shown(value: object) -> str:
    """What stands there, if it is short enough to be shown."""
    return "a list or table" if isinstance(value, (list, dict)) else repr(value)[:80]


def _flags(text: object) -> tuple[str, ...]:
    if not isinstance(text, str):
        raise ScriptError(f"flags: {_shown(text)} must be none, or a list with commas in between")
    flags = () if text == "none" else tuple(flag.strip() for flag in text.split(","))
    unknown = set(flags) - set(FLAGS)
    if unknown:
        raise ScriptError(f"flags: {', '.join(sorted(unknown))} must be none, or of {', '.join(FLAGS)}")
    return flags


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 99:
        raise ScriptError(f"clients: {_shown(value)} must be a whole number from 0 to 99")
    return value


def _start(value: object) -> datetime:
    day, _, clock = str(value).partition(" ")
    if day not in DAYS:
        raise ScriptError(f"start: {_shown(value)} must be a day and a time, like Mon 09:05")
    return _clock(clock, MONDAY + timedelta(days=DAYS.index(day)))


def _clock(text: str, day: datetime) -> datetime:
    try:
        at = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - only its hour and minute are used
    except ValueError as error:
        raise ScriptError(f"{text!r} must be a time of day like 09:05") from error
    return day.replace(hour=at.hour, minute=at.minute)


def _moment(text: str, start: datetime) -> datetime:
    """`+40` or `d3@10:45`."""
    day, at, clock = text[1:].partition("@")
    number = int(day[:9]) if day.isdecimal() else 0  # as many digits as any time within ten years can have
    after = timedelta(days=number) if at else timedelta(minutes=number)
    if not day.isdecimal() or text[:1] != ("d" if at else "+"):
        raise ScriptError(f"{text!r} must be +minutes or dN@HH:MM")
    if after > LONGEST or len(day) > 9:
        raise ScriptError(f"{text!r} is more than ten years after the start")
    return _clock(clock, start + after) if at else start + after


def _step(line: str, start: datetime) -> Step:
    when, verb, *words = line.split() if len(line.split()) > 1 else (line, "")
    shape = VERBS.get(verb)
    if shape == ("WHO", "NEXT") and len(words) == 1:
        words.append("next=none")
    if shape is None or len(words) != len(shape):
        raise ScriptError(
            f"{line!r}: must be a time, one of {', '.join(sorted(VERBS))}, and what belongs to it"
        )
    given = dict(zip(shape, words, strict=True))
    if verb == "level" and given["WORD"] not in ANSWERS["level"]:
        raise ScriptError(f"{line!r}: must name a level")
    minutes = given.get("MINUTES", "0")
    if not minutes.isdecimal():
        raise ScriptError(f"{line!r}: must give minutes")
    return Step(
        at=_moment(when, start),
        verb=verb,
        who=given.get("WHO", ""),
        word=given.get("WORD", ""),
        minutes=int(minutes),
        promised=_promised(given.get("NEXT", "next=none"), start),
    )


def _promised(text: str, start: datetime) -> datetime | None:
    key, _, value = text.partition("=")
    if key != "next":
        raise ScriptError(f"{text!r}: must be next=TIME or next=none")
    return None if value == "none" else _moment(value, start)


def _line(text: str, start: datetime) -> Line:
    left, _, who = text.partition(" > ")
    when, _, name = left.partition(" ")
    if not (who and name):
        raise ScriptError(f"{text!r}: must be TIME NUDGE > WHO")
    return Line(_moment(when, start), name.strip(), who.strip())
