"""An internal note: word for the others who work on it (product.md 4.3 `int.due`)."""

from bot.domain.field import Text
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import if_you_like, told

STAGE = Stage(
    key="note",
    repeats=True,
    event=What.NOTED,
    fields=(Text(key="note", sink="team", required=True, most=600),),
    action="note",
    applies=told,
    optional=if_you_like,
)
