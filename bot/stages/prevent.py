"""S12: what will be different, with an owner and a day (product.md 1.3). One step a save, up to five."""

from bot.domain.field import Checks, Choice, Day, Person, Text
from bot.domain.incident import Incident
from bot.domain.stage import Stage
from bot.stages.when import fixed, small

MOST = 5
STRENGTH = ("stronger", "medium", "weaker")


def room_for_one(incident: Incident, user: str) -> bool:
    return fixed(incident) and len([a for a in incident.actions if not a.dropped]) < MOST


def more_than_a_reminder(incident: Incident, party: str) -> bool:
    """At least one step that is not only "train, remind, be careful"."""
    return any(a.strength in ("stronger", "medium") for a in incident.actions if not a.dropped)


STAGE = Stage(
    key="prevent",
    repeats=True,
    fields=(
        Text(key="action", required=True, most=200, sink="client"),
        Person(key="owner", required=True, other=False),
        Day(key="due", required=True),
        Choice(key="strength", required=True, options=STRENGTH),
        Checks(key="tell_client", options=("yes",)),
        Text(key="done_proof", most=300, sink="client"),
    ),
    action="finish",
    applies=room_for_one,
    optional=small,
    done=more_than_a_reminder,
)
