"""How serious it is: anybody involved may raise it, only the lead lowers it (product.md 4.1)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Choice, Problem
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.stage import Answers, Stage
from bot.stages.when import if_you_like


def opened(incident: Incident, user: str) -> bool:
    return incident.live and incident.opened_at is not None


def another(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    return {"level": Problem("same_level")} if answers["level"] == incident.level.word else {}


STAGE = Stage(
    key="level",
    repeats=True,
    fields=(Choice(key="level", required=True, options=tuple(level.word for level in Level)),),
    action="raise_level",
    applies=opened,
    optional=if_you_like,
    check=another,
)
