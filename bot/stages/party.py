"""S8: somebody else is affected too: one more client, colleague or team, with everything of their own."""

from bot.domain.field import Checks, Choice, Text
from bot.domain.incident import Incident
from bot.domain.stage import Stage
from bot.stages.when import if_you_like


def opened(incident: Incident, user: str) -> bool:
    return incident.live and incident.opened_at is not None


STAGE = Stage(
    key="party",
    repeats=True,
    fields=(
        Text(key="name", required=True, most=80),
        Choice(key="kind", required=True, options=("client", "colleague"), fallback="client"),
        Checks(key="told_us", options=("yes",)),
    ),
    applies=opened,
    optional=if_you_like,
)
