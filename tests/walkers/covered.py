"""What can be touched at all, what no walk has, and which walks would lead there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from bot.slack import ids
from bot.slack.routes import ACTIONS, EVENTS, SHORTCUTS
from bot.stages import STAGES, TEXTS
from tests.walkers.hands import COMMANDS, WITH_ID
from tests.walkers.themes import THEMES, Theme

ENOUGH = 20  # walks; so many have to touch everything
FURTHER = 16  # walks more at most, each of a theme that leads to what's missing still
EXCUSED: Mapping[str, str] = {
    ids.INPUT: "no button: what's typed into a page comes by it, and each walk types",
    ids.PICK: "no button: a choice in a list comes by it",
    ids.LIST: "takes more incidents than one person begins in a walk (tests/flows/test_long_lists.py)",
}
Missed = Mapping[str, list[str]]


def untouched(touched: Counter[str]) -> Missed:
    """By kind: the names that no act was about."""
    done = "\n".join(touched)
    return {
        "pages": [s.key for s in STAGES if not touched[f"page {s.key}"]],
        "texts": [s.key for s in TEXTS if not touched[f"page {s.key}"]],
        "buttons": [key for key in ACTIONS if key not in EXCUSED and not touched[f"button {key}"]],
        "commands": [c for c in (*COMMANDS, *WITH_ID) if f"/screwedup {c}" not in done],
        "shortcuts": [s for s in SHORTCUTS if f"{s.split('_')[1]} shortcut" not in done],
        "events": [e for e in EVENTS if not any(sign in done for sign in SIGNS[e])],
    }


def further(missed: Missed, after: int) -> Iterator[int]:
    """The seeds from there on whose theme leads to what's missing; the very next ones where none does."""
    names = {name for some in missed.values() for name in some}
    leading = {n for n, theme in enumerate(THEMES) if names & leads_to(theme)}
    seed = after
    while True:
        seed += 1
        if seed % len(THEMES) in leading or not leading:
            yield seed


def leads_to(theme: Theme) -> set[str]:
    """The pages, buttons and texts that a theme names."""
    return {*theme.pages, *_words(theme.likes)}


def _words(likes: Iterable[str]) -> Iterator[str]:
    for like in likes:
        yield from like.replace(".", " ").split()


SIGNS = {
    "app_home_opened": ("open Home",),
    "reaction_added": ("react ",),
    "reaction_removed": ("take ",),
    "message": ("reply to", "edit ", "delete "),
}
