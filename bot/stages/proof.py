"""S12: a step is in place, and what shows it (product.md 1.3)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Listed, Problem, Text
from bot.domain.incident import Incident
from bot.domain.stage import Answers, Stage
from bot.stages.when import fixed, if_you_like


def _waiting(incident: Incident) -> set[str]:
    return {a.key for a in incident.actions if not (a.done_at or a.dropped)}


def something_waits(incident: Incident, user: str) -> bool:
    return fixed(incident) and bool(_waiting(incident))


def nothing_waits(incident: Incident, party: str) -> bool:
    return not _waiting(incident)


def on_the_list(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    return {} if answers["which"] in _waiting(incident) else {"which": Problem("not_an_option")}


STAGE = Stage(
    key="proof",
    repeats=True,
    fields=(
        Listed(key="which", required=True, of="steps"),
        Text(key="proof", required=True, most=300, sink="client"),
    ),
    action="finish",
    applies=something_waits,
    optional=if_you_like,
    done=nothing_waits,
    check=on_the_list,
)
