"""X4: the text the privacy contact will get, sent by hand once something is flagged (product.md 1.3, 2.4)."""

from bot.domain.field import Moment, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.domain.status import Status


def flagged(incident: Incident, user: str) -> bool:
    """Closing does not end it; only cancelling does."""
    return bool(incident.fact("flags")) and incident.status is not Status.CANCELLED


def sent(incident: Incident, party: str) -> bool:
    return incident.first(What.LEGAL_SENT) is not None


STAGE = Stage(
    key="legal",
    event=What.LEGAL_SENT,
    event_data={"aware_at": "aware_at"},
    fields=(
        Text(key="text", required=True, most=2800, prefill="draft:legal_note"),
        Moment(key="aware_at", required=True, when="past", prefill="aware"),
    ),
    skippable=True,
    action="tell",
    applies=flagged,
    done=sent,
)
