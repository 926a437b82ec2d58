"""S1: do no more harm (product.md 1.3). A page only where harm may be running."""

from bot.domain.field import Checks, Text
from bot.domain.record import What
from bot.domain.stage import Stage, anyone
from bot.stages.when import harm_may_run

STAGE = Stage(
    key="stop",
    line=anyone,
    event=What.STOPPED,
    fields=(
        Checks(key="hands_off", options=("paused", "left_alone")),
        Text(key="note", most=300),
    ),
    action="see_own_fields",
    applies=harm_may_run,
    offers=("breathe",),
)
