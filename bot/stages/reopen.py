"""X3: it came back, or was not over: the same record goes on (product.md 1.3)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.field import Problem, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Answers, Stage
from bot.stages.when import if_you_like, over

WITHIN = timedelta(days=30)


def not_too_late(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    ended = incident.last(What.CLOSED, What.CANCELLED)
    late = ended is not None and now - ended.at > WITHIN
    return {"why": Problem("too_late_to_reopen", {"days": WITHIN.days})} if late else {}


STAGE = Stage(
    key="reopen",
    event=What.REOPENED,
    fields=(Text(key="why", required=True, most=300),),
    repeats=True,
    action="finish",
    applies=over,
    optional=if_you_like,
    check=not_too_late,
)
