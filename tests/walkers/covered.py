"""What can be touched at all, and what no walk has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bot.slack.routes import ACTIONS, EVENTS, SHORTCUTS
from bot.stages import STAGES, TEXTS
from tests.walkers.hands import COMMANDS, WITH_ID

NO_BUTTONS = ("input", "pick")


def untouched(touched: Counter[str]) -> Mapping[str, list[str]]:
    """By kind: the names that stand in no act."""
    done = "\n".join(touched)
    words = set(done.replace("\n", " ").replace(".", " ").split())
    return {
        "pages": [s.key for s in STAGES if not touched[f"page {s.key}"]],
        "texts": [s.key for s in TEXTS if not touched[f"page {s.key}"]],
        "buttons": [key for key in ACTIONS if key not in NO_BUTTONS and key not in words],
        "commands": [c for c in (*COMMANDS, *WITH_ID) if f"/screwedup {c}" not in done],
        "shortcuts": [s for s in SHORTCUTS if s.split("_")[1] not in words],
        "events": [e for e in EVENTS if not any(sign in done for sign in SIGNS[e])],
    }


SIGNS = {
    "app_home_opened": ("open Home",),
    "reaction_added": ("react ",),
    "reaction_removed": ("take ",),
    "message": ("reply to", "edit ", "delete "),
}
