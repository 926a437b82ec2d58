"""S2: a short, permitted pity party with an end (product.md 1.3). Nothing is stored but the minutes."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Choice, Problem
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Answers, Stage
from bot.stages.when import if_you_like

MINUTES = ("1", "2", "3", "5")
LONGEST = 5  # minutes in all


def not_yet_or_once_more(incident: Incident, user: str) -> bool:
    """Once; and while that timer runs, one more minute."""
    timers = [int(e.data["minutes"]) for e in incident.all(What.BREATHING)]
    again = len(timers) == 1 and sum(timers) < LONGEST and incident.first(What.BREATHED) is None
    return incident.live and (not timers or again)


def one_more(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    again = incident.first(What.BREATHING) is not None
    return {"minutes": Problem("one_minute")} if again and answers["minutes"] != "1" else {}


STAGE = Stage(
    key="breathe",
    event=What.BREATHING,
    event_data={"minutes": "minutes"},
    fields=(Choice(key="minutes", audience="me", required=True, options=MINUTES, fallback="1"),),
    repeats=True,
    action="see_own_fields",
    applies=not_yet_or_once_more,
    optional=if_you_like,
    check=one_more,
)
