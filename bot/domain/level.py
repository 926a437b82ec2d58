"""domain: how serious an incident is, computed from its answers (product.md 4.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum


class Level(IntEnum):
    """Four plain words, in rising order, so that `max` means "the higher one"."""

    SMALL = 1
    MEDIUM = 2
    LARGE = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Level:
        """`"large"` -> `Level.LARGE`; KeyError for any other word."""
        return cls[word.upper()]


# One row an answer: what it says about the level. An answer that is not listed says nothing.
BY_ANSWER: Mapping[tuple[str, str], Level] = {
    ("reach", "none"): Level.SMALL,
    ("reach", "one"): Level.MEDIUM,
    ("reach", "colleague"): Level.MEDIUM,
    ("reach", "several"): Level.LARGE,
    ("reach", "many"): Level.LARGE,
    ("reach", "public"): Level.LARGE,
    ("undo", "fully"): Level.SMALL,
    ("undo", "partly"): Level.MEDIUM,
    ("undo", "unknown"): Level.MEDIUM,
    ("undo", "no"): Level.LARGE,
    ("money", "none"): Level.SMALL,
    ("money", "under"): Level.MEDIUM,
    ("money", "over"): Level.LARGE,
    ("flags", "confidential"): Level.LARGE,
    ("flags", "payment"): Level.LARGE,
    ("flags", "press"): Level.LARGE,
    ("flags", "personal"): Level.CRITICAL,
    ("flags", "safety"): Level.CRITICAL,
    ("flags", "filing"): Level.CRITICAL,
}
HARM_MAY_RUN = frozenset({"yes", "unknown"})


def from_answers(answers: Mapping[str, str | Iterable[str] | None]) -> Level:
    """The highest level that any answer asks for; small when none says more."""
    level = Level.SMALL
    for key in ("reach", "undo", "money", "flags"):
        value = answers.get(key)
        values = [value] if isinstance(value, str) else list(value or ())
        level = max([level, *(BY_ANSWER.get((key, v), Level.SMALL) for v in values)])
    return level


def at_opening(answers: Mapping[str, str | Iterable[str] | None]) -> Level:
    """As `from_answers`, raised once by one where harm may be running (medium and large only)."""
    level = from_answers(answers)
    running = answers.get("still_going") in HARM_MAY_RUN
    if running and level in (Level.MEDIUM, Level.LARGE):
        return Level(level + 1)
    return level
