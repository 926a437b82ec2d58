"""S2, its end: "I'm ready", one press, nothing to fill in (product.md 1.3).

First on the line while a timer runs, so that the breathing page leads here and here leads on.
"""

from bot.domain.record import What
from bot.domain.stage import Stage, anyone
from bot.stages.when import breathing

STAGE = Stage(
    key="ready",
    line=anyone,
    event=What.BREATHED,
    action="see_own_fields",
    applies=breathing,
    offers=("breathe",),
)
