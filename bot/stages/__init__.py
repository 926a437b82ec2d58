"""stages: WHAT THE BOT KNOWS: one page a file, one ordered tuple. To add a page: a file here, a line below,
and `templates/stages/<key>.j2`.
"""

from bot.domain.stage import Stage
from bot.stages import assess, cancel, more, open_, safe, send, tell

STAGES: tuple[Stage, ...] = (
    open_.STAGE,
    assess.STAGE,
    more.STAGE,
    tell.STAGE,
    safe.STAGE,
    send.STAGE,
    cancel.STAGE,
)


def find(key: str, stages: tuple[Stage, ...] = STAGES) -> Stage | None:
    """The stage of that key, or None."""
    return next((s for s in stages if s.key == key), None)
