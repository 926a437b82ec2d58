"""S13: you're human, it happens (product.md 1.3). The reporter's alone, whoever closed it."""

from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.stage import Stage
from bot.domain.status import Status
from bot.stages.when import fixed


def nothing_left(incident: Incident, user: str) -> bool:
    """Fixed, and the talk with everybody affected is behind them, held or left out; or closed."""
    talked = all(incident.page("debrief", p.key) for p in incident.parties)
    return fixed(incident) and (talked or incident.status is Status.CLOSED)


def seen(incident: Incident, party: str) -> bool:
    """Seen since it was last opened; leaving it out is an answer too."""
    page = incident.page("letgo")
    reopened = incident.reopened_at
    return page is not None and (reopened is None or page.saved_at >= reopened)


STAGE = Stage(
    key="letgo",
    fields=(Text(key="note_to_self", most=600, audience="me"),),
    skippable=True,
    action="let_go",
    applies=nothing_left,
    done=seen,
)
