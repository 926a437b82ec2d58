"""Legal hold: P, and nobody else, keeps a record from being erased, and says why (product.md 5.2)."""

from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import if_you_like


def not_held(incident: Incident, user: str) -> bool:
    return incident.first(What.LEGAL_SENT) is not None and incident.held is None


STAGE = Stage(
    key="hold",
    repeats=True,
    event=What.HELD,
    event_data={"reason": "reason"},
    fields=(Text(key="reason", required=True, most=300),),
    action="hold",
    applies=not_held,
    optional=if_you_like,
)
