"""S6: tell the leader early, fully, calmly (product.md 1.3)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Checks, Choice, Person, Problem
from bot.domain.incident import Incident
from bot.domain.stage import Answers, Stage, anyone
from bot.stages.when import live

HOW = ("send", "self", "known")
NEED = ("decide", "spend", "join", "take_over", "know")
SPECIAL = ("only_boss", "away", "senior")


def needs_somebody(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """Somebody has to be picked, unless nobody is above the reporter."""
    senior = "senior" in (answers.get("special") or ())
    return {} if senior or answers.get("boss") else {"boss": Problem("empty_person")}


def instead(incident: Incident) -> bool:
    """Somebody else was picked, because telling the boss is not safe: nobody is urged back to it."""
    return incident.chosen is not None and incident.chosen.stage == "safe"


STAGE = Stage(
    key="tell",
    line=anyone,
    fields=(
        Person(key="boss", prefill="ladder"),
        Checks(key="need", options=NEED, fallback=["know"]),
        Choice(key="how", options=HOW, fallback="send", required=True),
        Checks(key="special", options=SPECIAL),
        Person(key="peer"),
        Person(key="handler"),
    ),
    action="tell",
    applies=live,
    optional=instead,
    check=needs_somebody,
    offers=("safe", "cancel"),
)
