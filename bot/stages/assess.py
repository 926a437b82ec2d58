"""S4: exactly what, how far (product.md 1.3). "Don't know yet" is an answer everywhere."""

from bot.domain.field import Checks, Choice, Text
from bot.domain.record import What
from bot.domain.stage import Stage, anyone
from bot.stages.open import GOING, REACH
from bot.stages.when import live

FLAGS = ("personal", "safety", "filing", "confidential", "payment", "press")

STAGE = Stage(
    key="assess",
    line=anyone,
    event=What.ASSESSED,
    fields=(
        Text(key="q1_mistake", required=True, most=800, prefill="said", sink="issue"),
        Text(key="affected", most=400),
        Choice(key="undo", required=True, options=("fully", "partly", "no", "unknown")),
        Choice(key="money", options=("none", "under", "over", "unknown"), menu=True),
        Checks(key="flags", options=FLAGS),
        Choice(key="reach", options=REACH, menu=True, prefill="open.reach"),
        Choice(key="still_going", options=GOING, menu=True, prefill="open.still_going"),
    ),
    applies=live,
    offers=("more", "breathe"),
)
