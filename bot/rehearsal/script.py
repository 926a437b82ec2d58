"""rehearsal: the grammar of scripts: YAML text in, steps in time out; lines of nudges, and what differs.

Product.md 6. Knows nothing of how a script is played: names in it (R, H2, B, F1, P, A, C1) are only names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

from bot.domain.level import Level
from bot.rehearsal import sense
from bot.rehearsal.head import ANSWERS, read_head, shown
from bot.rehearsal.table import Places, ScriptError, lines_of, on_line, read

__all__ = ["MONDAY", "Line", "Script", "ScriptError", "Step", "name_of", "parse"]

MONDAY = datetime(2023, 1, 30, tzinfo=UTC)
"""Day 0 of a script that starts on a Monday, unless a policy's holidays say otherwise (`play.quiet_monday`).

No week of 1990 to 2075 is free of public holidays in all 250 countries and 651 parts of countries that PyPI's
`holidays` 0.109 knows. In the 15 working days from here on it lists the fewest: in 32 of the 901.
"""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Made = TypeVar("Made")
AFTERMATH = timedelta(days=6)  # nudges are compared so long after the last event
LONGEST = timedelta(days=3650)  # from the start to any time in a script
LEFT_OUT = frozenset({"resume", "stale", "still", "gate", "act.due", "recur", "hand.boss"})
OF_REPORTER = frozenset({"breathe.end", "tell", "letgo", "checkin"})

KEYS = ("name", "start", *ANSWERS, "flags", "clients", "do", "bot", "checks")

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


@dataclass(frozen=True, slots=True)
class Step:
    """One human act. `who`: a person or a party; `word`: a level, a decision or a reason."""

    at: datetime
    verb: str
    who: str = ""
    word: str = ""
    minutes: int = 0
    promised: datetime | None = None
    line: int = 0  # in the file, from 1; 0 where it comes from none
    text: str = ""  # as it stands there

    def wrong(self, why: str) -> ScriptError:
        return ScriptError(f"{self.text}: {why} (line {self.line})")


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


def parse(text: str, monday: datetime = MONDAY) -> Script:
    """A script of that YAML text, its days counted from that Monday on. ScriptError names what can't be read,
    what is misspelt or given twice, and lines of `do` that would do nothing.
    """
    tree, places = read(text, KEYS)
    head = read_head(tree, places)
    with on_line(places, "start"):
        start = _start(monday, tree.get("start"))
    clients, answers = head["clients"], {key: head[key] for key in ANSWERS}
    bot = _each(tree, "bot", places, lambda line: _line(line, start)) if "bot" in tree else None
    acts = _each(tree, "do", places, lambda line: _step(line, start))
    if not acts:
        with on_line(places, "do"):
            raise ScriptError("do: must list at least one step")
    numbered = [replace(act, line=number) for act, number in zip(acts, places["do"], strict=True)]
    script = Script(
        name=head["name"],
        start=start,
        level=Level.from_word(answers["level"]),
        answers=answers,
        flags=head["flags"],
        clients=clients,
        boss=answers["boss"],
        steps=_steps(numbered, start, clients),
        bot=bot,
    )
    sense.check(script.steps, script)
    return script


def _each(tree: Mapping[str, Any], key: str, places: Places, made: Callable[[str], Made]) -> tuple[Made, ...]:
    """Each line of `do` or `bot`; what's wrong with one is said with its number in the file."""
    found = []
    for number, line in zip(places.get(key, ()), lines_of(tree, key, places), strict=False):
        try:
            found.append(made(line))
        except ScriptError as error:
            raise ScriptError(f"{error} (line {number})") from error
    return tuple(found)


def _steps(steps: list[Step], start: datetime, clients: int) -> tuple[Step, ...]:
    """In order of time; the first opens the incident at the start, and no other does."""
    opens = [step for step in steps if step.verb == "open"]
    if steps[0].verb != "open" or len(opens) > 1:
        raise (opens[1] if len(opens) > 1 else steps[0]).wrong("do: must begin with open, and have it once")
    if steps[0].at != start:
        raise steps[0].wrong("must be +0 open: times count from there")
    for before, step in pairwise(steps):
        if step.at < before.at:
            raise step.wrong(f"stands after {before.text}, which is later")
    parties = {f"C{number}" for number in range(1, clients + 1)}
    for step in steps:
        if step.verb in OF_PARTY and step.who not in parties:
            raise step.wrong(f"must name one of C1 to C{clients} (clients: {clients})")
    return tuple(steps)


def _start(monday: datetime, value: object) -> datetime:
    day, _, clock = str(value or "").partition(" ")
    if day not in DAYS:
        raise ScriptError(f"start: {shown(value)}must be a day and a time, like Mon 09:05")
    return _clock(clock, monday + timedelta(days=DAYS.index(day)))


def _clock(text: str, day: datetime) -> datetime:
    try:
        at = datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - only its hour and minute are used
    except ValueError as error:
        raise ScriptError(f"{text!r} must be a time of day like 09:05") from error
    return day.replace(hour=at.hour, minute=at.minute)


def _moment(text: str, start: datetime) -> datetime:
    """`+40` or `d3@10:45`."""
    day, at, clock = text[1:].partition("@")
    counted = day.isascii() and day.isdecimal()
    number = int(day[:9]) if counted else 0  # as many digits as any time within ten years can have
    after = timedelta(days=number) if at else timedelta(minutes=number)
    if not counted or text[:1] != ("d" if at else "+"):
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
    if not (minutes.isascii() and minutes.isdecimal()):
        raise ScriptError(f"{line!r}: must give minutes")
    return Step(
        at=_moment(when, start),
        verb=verb,
        who=given.get("WHO", ""),
        word=given.get("WORD", ""),
        minutes=int(minutes),
        promised=_promised(given.get("NEXT", "next=none"), start),
        text=line,
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
