"""stages: WHAT THE BOT KNOWS: one page a file, in the order of the way. To add a page: a file here, a line
below, and `templates/stages/<key>.j2`. The drafts people send or say are in `texts`.
"""

from importlib import import_module

from bot.domain.stage import Stage

ORDER = (
    "open",
    "ready",
    "stop",
    "halt",
    "breathe",
    "own",
    "assess",
    "more",
    "tell",
    "safe",
    "send",
    "legal",
    "decided",
    "team",
    "plan",
    "ways",
    "bulk",
    "contact",
    "spoke",
    "party",
    "update",
    "fixed",
    "debrief",
    "letgo",
    "close",
    "review",
    "prevent",
    "proof",
    "letter",
    "sat",
    "together",
    "join",
    "mine",
    "note",
    "level",
    "handover",
    "accept",
    "cancel",
    "reopen",
    "hold",
    "release",
)
STAGES: tuple[Stage, ...] = tuple(import_module(f"{__name__}.{key}").STAGE for key in ORDER)
TEXTS: tuple[Stage, ...] = import_module(f"{__name__}.texts").TEXTS
_BY_KEY = {stage.key: stage for stage in (*STAGES, *TEXTS)}


def find(key: str) -> Stage | None:
    """The page or text of that key, or None."""
    return _BY_KEY.get(key)
