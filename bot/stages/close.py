"""S11, its end: close this chapter; what goes on is named on the page (product.md 1.3)."""

from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import fixed, live


def live_and_fixed(incident: Incident, user: str) -> bool:
    return live(incident) and fixed(incident)


STAGE = Stage(
    key="close",
    event=What.CLOSED,
    action="finish",
    applies=live_and_fixed,
)
