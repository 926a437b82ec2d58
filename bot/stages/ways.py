"""S7, second page: up to two other ways to put it right, and which one it is to be (product.md 1.3)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Amount, Choice, Problem, Text
from bot.domain.incident import Incident
from bot.domain.stage import Answers, Stage
from bot.stages.plan import KINDS
from bot.stages.when import if_you_like


def there_is_one(incident: Incident, user: str) -> bool:
    return incident.live and bool(incident.answer("plan", "fix_text"))


def is_filled(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """The chosen way has to be described."""
    chosen = answers.get("chosen") or "1"
    empty = chosen != "1" and not answers.get(f"fix_text_{chosen}")
    return {"chosen": Problem("not_described")} if empty else {}


STAGE = Stage(
    key="ways",
    fields=(
        Text(key="fix_text_2", most=400, sink="client"),
        Choice(key="fix_kind_2", options=KINDS, menu=True),
        Amount(key="cost_2", money=True),
        Text(key="fix_text_3", most=400, sink="client"),
        Choice(key="fix_kind_3", options=KINDS, menu=True),
        Amount(key="cost_3", money=True),
        Choice(key="chosen", options=("1", "2", "3"), fallback="1"),
    ),
    applies=there_is_one,
    optional=if_you_like,
    check=is_filled,
)
