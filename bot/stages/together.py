"""Somebody else was part of it, too: R asks them to join (product.md 5.1)."""

from bot.domain.field import Person
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import if_you_like


def opened(incident: Incident, user: str) -> bool:
    return incident.live and incident.opened_at is not None


STAGE = Stage(
    key="together",
    repeats=True,
    event=What.INVITED,
    event_data={"to": "who"},
    fields=(Person(key="who", required=True),),
    action="ask_along",
    applies=opened,
    optional=if_you_like,
)
