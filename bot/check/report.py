"""check: what a check has to say: lines under titles, each with how serious it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

SECRET = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+")


class Mark(IntEnum):
    """How serious a line is; the worst one decides the exit code."""

    PLAIN = 0  # a value, nothing to judge
    OK = 1
    NOTE = 2  # worth knowing, and no fault
    WRONG = 3  # the bot starts, and something will not work
    STOPS = 4  # the bot does not start like this


EXIT = {Mark.WRONG: 1, Mark.STOPS: 2}
SHOWN = {Mark.PLAIN: "", Mark.OK: "ok", Mark.NOTE: "note", Mark.WRONG: "WRONG", Mark.STOPS: "STOPS"}


@dataclass(frozen=True, slots=True)
class Line:
    mark: Mark
    text: str

    def __str__(self) -> str:
        """As it is printed; nothing that looks like a token ever is."""
        return "  " + f"{SHOWN[self.mark]:<6} {SECRET.sub('(a token, not shown)', self.text)}".strip()


def ok(text: str) -> Line:
    return Line(Mark.OK, text)


def note(text: str) -> Line:
    return Line(Mark.NOTE, text)


def wrong(text: str) -> Line:
    return Line(Mark.WRONG, text)


def stops(text: str) -> Line:
    return Line(Mark.STOPS, text)


def exit_code(lines: Iterable[Line]) -> int:
    """0: all is well, 1: something is wrong, 2: the bot does not start like this."""
    return EXIT.get(max((line.mark for line in lines), default=Mark.OK), 0)
