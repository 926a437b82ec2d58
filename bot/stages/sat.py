"""S11, weeks later: are they content with how it ended? A question, not an apology (product.md 1.3)."""

from bot.domain.field import Choice, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.domain.status import Status
from bot.stages.when import if_you_like


def talked(incident: Incident, user: str) -> bool:
    debriefed = incident.since_reopening(What.DEBRIEFED) is not None
    return debriefed and incident.status is not Status.CANCELLED


def answered(incident: Incident, party: str) -> bool:
    return incident.since_reopening(What.SATISFIED) is not None


STAGE = Stage(
    key="sat",
    event=What.SATISFIED,
    event_data={"satisfied": "satisfied"},
    fields=(
        Choice(key="satisfied", required=True, options=("yes", "partly", "no", "unknown")),
        Text(key="what_else", most=600),
    ),
    applies=talked,
    optional=if_you_like,
    done=answered,
)
