"""rehearsal: the head of a script: what is known of the incident before anyone does anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.domain.level import Level
from bot.rehearsal.table import Places, ScriptError, on_line

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


def read_head(tree: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """Key -> what its value says. Raises: ScriptError, with the line."""
    found: dict[str, Any] = {}
    for key, made in HEADS.items():
        with on_line(places, key):
            found[key] = made(tree.get(key))
    return found


def _one_of(key: str, allowed: tuple[str, ...], value: object) -> str:
    word = {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else value
    if not isinstance(word, str) or word not in allowed:
        raise ScriptError(f"{key}: {shown(value)}must be one of {', '.join(allowed)}")
    return word


def shown(value: object) -> str:
    """What stands there, if anything does and it's short enough to be shown; before what it must be."""
    if value is None:
        return ""
    return "a list or table " if isinstance(value, (list, dict)) else f"{value!r:.80} "


def _prose(key: str, value: object) -> str:
    """For the reader alone. A list or table there may be what another key was meant to hold."""
    if isinstance(value, (list, dict)):
        raise ScriptError(f"{key}: must be text")
    return "" if value is None else str(value)


def _flags(text: object) -> tuple[str, ...]:
    if text is None:
        return ()
    if not isinstance(text, str):
        raise ScriptError(f"flags: {shown(text)}must be none, or a list with commas in between")
    flags = () if text == "none" else tuple(flag.strip() for flag in text.split(","))
    unknown = set(flags) - set(FLAGS)
    if len(set(flags)) < len(flags):
        raise ScriptError(f"flags: {text!r} names one twice")
    if unknown:
        raise ScriptError(f"flags: {', '.join(sorted(unknown))} must be none, or of {', '.join(FLAGS)}")
    return flags


def _count(value: object) -> int:
    if value is None:
        return 0
    if type(value) is not int or not 0 <= value <= 99:
        raise ScriptError(f"clients: {shown(value)}must be a whole number from 0 to 99")
    return value


HEADS: Mapping[str, Callable[[Any], Any]] = {
    **{key: partial(_one_of, key, allowed) for key, allowed in ANSWERS.items()},
    "name": partial(_prose, "name"),
    "checks": partial(_prose, "checks"),
    "clients": _count,
    "flags": _flags,
}
