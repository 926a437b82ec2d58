"""S0: get it out of the head, start the clock (product.md 1.3)."""

from bot.domain.field import Choice, Moment, Text
from bot.domain.incident import What
from bot.domain.stage import Stage, anyone
from bot.stages.when import live

REACH = ("none", "one", "colleague", "several", "many", "public")
GOING = ("yes", "no", "unknown")
FOUND = ("self", "colleague", "client", "late")

STAGE = Stage(
    key="open",
    line=anyone,
    event=What.OPENED,
    fields=(
        Text(key="summary", required=True, least=8, most=150, prefill="said", sink="issue"),
        Choice(key="reach", required=True, options=REACH),
        Choice(key="still_going", required=True, options=GOING),
        Choice(key="found_how", options=FOUND, fallback="self"),
        Moment(key="happened_at", when="past", prefill="now"),
    ),
    action="open",
    applies=live,
)
