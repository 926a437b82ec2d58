"""S3: say it plainly; it is not about you (product.md 1.3). The reporter's alone."""

from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Stage
from bot.stages.when import live, small


def unless_small(incident: Incident, user: str) -> bool:
    return not small(incident)


STAGE = Stage(
    key="own",
    line=unless_small,
    event=What.OWNED,
    fields=(Text(key="own_line", sink="boss", required=True, most=300, audience="me"),),
    skippable=True,
    action="see_own_fields",
    applies=live,
    optional=small,
)
