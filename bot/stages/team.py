"""The team channel: where the others see how it stands and how to help (product.md 0.4)."""

from bot.domain.field import Channel, Checks, Text
from bot.domain.incident import Incident, What
from bot.domain.stage import Stage
from bot.stages.when import if_you_like, told


def has_channel(incident: Incident, party: str) -> bool:
    chosen = incident.last(What.TEAM)
    return chosen is not None and bool(chosen.data.get("channel"))


STAGE = Stage(
    key="team",
    event=What.TEAM,
    event_data={"channel": "channel"},
    fields=(
        Channel(key="channel", required=True),
        Text(key="helpers_needed", sink="team", most=300),
        Checks(key="may_name_handler", options=("yes",)),
    ),
    applies=told,
    optional=if_you_like,
    done=has_channel,
)
