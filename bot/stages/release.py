"""The legal hold ends: from here on the record goes when its time has come."""

from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import if_you_like


def held(incident: Incident, user: str) -> bool:
    return incident.held is not None


STAGE = Stage(
    key="release", repeats=True, event=What.RELEASED, action="hold", applies=held, optional=if_you_like
)
