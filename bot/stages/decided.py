"""X4, the other side: P records what was decided, which stops the clock (product.md 1.3)."""

from bot.domain.field import Choice, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage


def sent(incident: Incident, user: str) -> bool:
    return incident.first(What.LEGAL_SENT) is not None


STAGE = Stage(
    key="decided",
    event=What.LEGAL_DECIDED,
    event_data={"decision": "decision"},
    fields=(
        Choice(key="decision", required=True, options=("notified", "not_needed", "other")),
        Text(key="reasons", most=600),
    ),
    action="legal",
    applies=sent,
)
