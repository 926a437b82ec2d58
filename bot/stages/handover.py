"""X1: hand it over; until the other has accepted, nothing changes hands (product.md 1.3)."""

from bot.domain.field import Person, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import if_you_like, live


def accepted(incident: Incident, party: str) -> bool:
    return incident.last(What.ACCEPTED) is not None and not incident.offered_to


STAGE = Stage(
    key="handover",
    event=What.OFFERED,
    event_data={"to": "to"},
    fields=(
        Person(key="to", required=True),
        Text(key="contingencies", most=1000),
    ),
    action="offer",
    applies=live,
    optional=if_you_like,
    done=accepted,
    drafts=lambda incident, party: ("handover_note",),
)
