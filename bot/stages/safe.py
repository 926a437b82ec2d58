"""S6 when telling the boss is not safe: somebody else hears it, no reason asked (product.md 1.3 S6, 5.1)."""

from bot.domain.stage import Checks, Choice, Person, Stage
from bot.stages.tell import NEED

STAGE = Stage(
    key="safe",
    fields=(
        Person(key="boss", required=True),
        Checks(key="need", options=NEED, fallback=["know"]),
        Choice(key="how", options=("send", "self"), fallback="send", required=True),
    ),
    action="tell",
)
