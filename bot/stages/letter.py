"""S12: the letter that shows what has changed: sent, or not wanted (product.md 1.3). No page sends it."""

from bot.domain.field import Choice
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import fixed, small


def somebody_to_write_to(incident: Incident, user: str) -> bool:
    return fixed(incident) and bool(incident.parties)


def answered(incident: Incident, party: str) -> bool:
    """A letter that was sent stays sent, also when it comes back."""
    return incident.last(What.LETTER) is not None


STAGE = Stage(
    key="letter",
    event=What.LETTER,
    event_data={"outcome": "outcome"},
    fields=(Choice(key="outcome", required=True, options=("sent", "waived")),),
    action="finish",
    applies=somebody_to_write_to,
    optional=small,
    done=answered,
    drafts=lambda incident, party: ("prevention_letter",),
)
