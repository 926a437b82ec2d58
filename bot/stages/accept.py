"""X1, the other side: whoever was offered the handover says back what they take over (product.md 1.3)."""

from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage


def offered(incident: Incident, user: str) -> bool:
    return incident.live and bool(user) and incident.offered_to == user


STAGE = Stage(
    key="accept",
    event=What.ACCEPTED,
    repeats=True,
    fields=(Text(key="read_back", required=True, least=3, most=200),),
    action="accept",
    applies=offered,
    drafts=lambda incident, party: ("handover_note",),
)
