"""X2: a false alarm, a near miss, a duplicate, a test: always possible (product.md 1.3)."""

from bot.domain.field import Choice, Text
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import if_you_like, live

STAGE = Stage(
    key="cancel",
    event=What.CANCELLED,
    event_data={"why": "why"},
    fields=(
        Choice(key="why", required=True, options=("false_alarm", "near_miss", "duplicate", "test")),
        Text(key="learned", most=600),
    ),
    action="cancel",
    applies=live,
    optional=if_you_like,
)
