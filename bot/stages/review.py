"""S12: the learning talk: what made it possible, what helped (product.md 1.3)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.field import Problem, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Answers, Stage
from bot.stages.when import fixed, small

FACTORS, LONGEST = 8, 200


def short_lines(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """At most eight factors, one a line."""
    lines = [line for line in (answers.get("factors") or "").splitlines() if line.strip()]
    if len(lines) > FACTORS:
        return {"factors": Problem("too_many_lines", {"most": FACTORS})}
    long = next((line for line in lines if len(line.strip()) > LONGEST), None)
    return {"factors": Problem("line_too_long", {"most": LONGEST, "length": len(long)})} if long else {}


def held(incident: Incident, party: str) -> bool:
    return incident.since_reopening(What.REVIEWED) is not None


STAGE = Stage(
    key="review",
    event=What.REVIEWED,
    fields=(
        Text(key="factors", sink="writeup", most=FACTORS * (LONGEST + 1)),
        Text(key="helped", sink="writeup", most=400),
    ),
    skippable=True,
    action="finish",
    applies=fixed,
    optional=small,
    done=held,
    check=short_lines,
    drafts=lambda incident, party: ("review_invite",),
)
