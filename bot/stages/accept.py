"""X1, the other side: read the note, say back in one line what matters, take it on (product.md 1.3)."""

from bot.domain.incident import Incident, What
from bot.domain.stage import Stage, Text


def offered(incident: Incident, user: str) -> bool:
    return incident.live and incident.offered_to == user


STAGE = Stage(
    key="accept",
    event=What.ACCEPTED,
    fields=(Text(key="read_back", required=True, most=200),),
    repeats=True,
    action="accept",
    applies=offered,
    drafts=lambda incident, party: ("handover_note",),
)
