"""The team channel: where the others see how it stands and how to help (product.md 0.4)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Channel, Checks, Choice, People, Problem, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Answers, Stage
from bot.stages.when import if_you_like, told

WHERE = ("existing", "new", "none")


def has_channel(incident: Incident, party: str) -> bool:
    return bool(incident.team_channel)


def somewhere(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """An existing channel has to be picked, and a new one needs somebody in it."""
    where = answers.get("where") or "existing"
    if where == "existing" and not answers.get("channel"):
        return {"channel": Problem("empty_channel")}
    return {"members": Problem("empty_members")} if where == "new" and not answers.get("members") else {}


STAGE = Stage(
    key="team",
    event=What.TEAM,
    fields=(
        Choice(key="where", options=WHERE, fallback="existing"),
        Channel(key="channel"),
        People(key="members", prefill="us"),
        Text(key="helpers_needed", sink="team", most=300),
        Checks(key="may_name_handler", options=("yes",)),
    ),
    applies=told,
    optional=if_you_like,
    done=has_channel,
    check=somewhere,
)
