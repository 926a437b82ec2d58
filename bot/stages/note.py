"""An internal note: word for the others who work on it (product.md 4.3 `int.due`)."""

from bot.domain.incident import Incident, What
from bot.domain.stage import Stage, Text


def told(incident: Incident, user: str) -> bool:
    return incident.live and (incident.told is not None or incident.senior)


STAGE = Stage(
    key="note",
    repeats=True,
    event=What.NOTED,
    fields=(Text(key="note", required=True, most=600),),
    action="note",
    applies=told,
    optional=lambda incident: True,
)
