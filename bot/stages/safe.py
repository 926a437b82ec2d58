"""S6 when telling the boss is not safe: somebody else hears it, no reason asked (product.md 1.3 S6, 5.1)."""

from bot.domain.field import Checks, Choice, Person
from bot.domain.incident import Incident
from bot.domain.promised import no_one_reads
from bot.domain.stage import Stage
from bot.stages.tell import NEED
from bot.stages.when import if_you_like


def nobody_told(incident: Incident, user: str) -> bool:
    return incident.live and (incident.told is None or no_one_reads(incident))


STAGE = Stage(
    key="safe",
    fields=(
        Person(key="boss", required=True),
        Checks(key="need", options=NEED, fallback=["know"]),
        Choice(key="how", options=("send", "self"), fallback="send", required=True),
    ),
    action="tell",
    applies=nobody_told,
    optional=if_you_like,
    offers=("tell",),
)
