"""S7: fix it, best by delivering what was promised (product.md 1.3). No fix yet: the next look."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Amount, Choice, Listed, Moment, Problem, Text
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import What
from bot.domain.stage import Answers, Stage
from bot.stages import when

KINDS = ("deliver", "redo", "workaround", "refund", "unknown")


def something(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """A fix, a time for the next look, or why there is nothing to put right."""
    said = any(answers.get(key) for key in ("fix_text", "checkpoint_at", "nothing_because"))
    return {} if said else {"fix_text": Problem("nothing_planned")}


def agreed(incident: Incident, party: str) -> bool:
    """A fix is there; where it costs money, or much is at stake, the lead has said yes to it as it stands."""
    page, planned = incident.page("plan"), incident.last(What.PLANNED)
    if page is None or planned is None:
        return False
    if page.answers.get("nothing_because"):
        return True
    money = bool(page.answers.get("cost")) or page.answers.get("fix_kind") == "refund"
    needs_yes = money or incident.level >= Level.LARGE
    agreed_to = not needs_yes or when.approved(incident, "plan", planned)
    return bool(page.answers.get("fix_text")) and agreed_to


STAGE = Stage(
    key="plan",
    event=What.PLANNED,
    fields=(
        Text(key="fix_text", most=400, sink="client"),
        Choice(key="fix_kind", options=KINDS, fallback="unknown"),
        Amount(key="cost", money=True),
        Listed(key="currency", of="currencies", prefill="currency"),
        Moment(key="checkpoint_at", when="future"),
        Text(key="nothing_because", most=200),
    ),
    applies=when.live,
    optional=when.small,
    done=agreed,
    check=something,
    offers=("ways",),
)
