"""S9: keep them in the loop, again and again until it is fixed (product.md 1.3)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import talks
from bot.domain.field import Checks, Choice, Moment, Problem, Text
from bot.domain.incident import Incident
from bot.domain.record import TALKS, What
from bot.domain.stage import Answers, Stage
from bot.stages.when import if_you_like, somebody_affected


def spoken(incident: Incident, user: str) -> bool:
    return somebody_affected(incident) and incident.first(*TALKS) is not None


def over(incident: Incident, party: str) -> bool:
    """Fixed, and nobody waits for word any more."""
    return incident.since_reopening(What.FIXED) is not None and talks.promise(incident, party) is None


def next_or_last(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    """A next time or "the last one"; and "nothing new" may stand alone only once in a row."""
    if not answers.get("next_at") and not answers.get("last"):
        return {"next_at": Problem("when_next")}
    before = incident.page("update", party)
    twice = before is not None and not before.answers.get("changed") and not answers.get("changed")
    if twice and not answers.get("doing_now") and not answers.get("means_for_them"):
        return {"doing_now": Problem("one_detail")}
    return {}


def news(incident: Incident, party: str) -> tuple[str, ...]:
    return ("client_fixed",) if incident.since_reopening(What.FIXED) else ("client_update",)


STAGE = Stage(
    key="update",
    per_party=True,
    repeats=True,
    event=What.UPDATED,
    event_data={"promised": "next_at"},
    fields=(
        Text(key="means_for_them", sink="update", most=300),
        Text(key="changed", sink="update", most=600),
        Text(key="doing_now", sink="update", most=600),
        Moment(key="next_at", when="future", prefill="promise"),
        Checks(key="last", options=("yes",)),
        Choice(key="sent_via", options=("phone", "video", "in_person", "email"), menu=True, fallback="phone"),
    ),
    applies=spoken,
    optional=if_you_like,
    done=over,
    check=next_or_last,
    drafts=news,
)
