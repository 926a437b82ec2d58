"""S6, second page: the exact text that goes out, read once more before it does (product.md 1.3)."""

from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage, anyone


def told(incident: Incident, party: str) -> bool:
    return incident.told is not None and incident.acknowledged


def somebody_above(incident: Incident, user: str) -> bool:
    return incident.live and not incident.senior


STAGE = Stage(
    key="send",
    line=anyone,
    event=What.TOLD,
    fields=(Text(key="text", sink="boss", required=True, most=2500, prefill="draft:boss_notice"),),
    action="tell",
    applies=somebody_above,
    done=told,
    offers=("cancel",),
)
