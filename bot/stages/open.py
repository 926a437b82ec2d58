"""S0: get it out of the head, start the clock (product.md 1.3)."""

from bot.domain.field import Checks, Choice, Moment, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage, anyone
from bot.stages.when import live

REACH = ("none", "one", "colleague", "several", "many", "public")
GOING = ("yes", "no", "unknown")
FOUND = ("self", "colleague", "client", "late")


def began_with_message(incident: Incident, party: str) -> bool:
    """It was opened by the shortcut on a message, whose link is R's alone until ticked (product.md 0.1)."""
    return bool(incident.source)


STAGE = Stage(
    key="open",
    line=anyone,
    event=What.OPENED,
    fields=(
        Text(key="summary", required=True, least=8, most=150, prefill="said"),
        Choice(key="reach", required=True, options=REACH),
        Choice(key="still_going", required=True, options=GOING),
        Choice(key="found_how", options=FOUND, fallback="self"),
        Moment(key="happened_at", when="past", prefill="now"),
        Checks(key="share_source", options=("yes",), applies=began_with_message),
    ),
    action="open",
    applies=live,
)
