"""S8 for many: one text went to all but those who get a call; one save logs it for each (product.md 5.3)."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import talks
from bot.domain.field import Choice, Moment, Problem, Several, Text
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.stage import Answers, Stage
from bot.stages.when import many


def somebody_waits(incident: Incident, user: str) -> bool:
    """There are many, and not all of them have been spoken with or written to."""
    return (
        incident.live
        and many(incident)
        and any(not talks.spoken_with(incident, p.key) for p in incident.parties)
    )


def before_any_call(incident: Incident) -> bool:
    """The first calls come first: until one was tried, nobody is urged to write to all the others."""
    return incident.first(What.CONTACTED) is None


def all_but_the_calls(incident: Incident, party: str) -> bool:
    """Everybody has been spoken with or written to, but those who were left out for a call."""
    page = incident.page("bulk")
    calls = page.answers.get("but") or () if page else ()
    return page is not None and all(
        talks.spoken_with(incident, p.key) or p.key in calls for p in incident.parties
    )


def known_parties(answers: Answers, incident: Incident, party: str, now: datetime) -> Mapping[str, Problem]:
    unknown = set(answers.get("but") or ()) - {p.key for p in incident.parties}
    return {"but": Problem("not_an_option")} if unknown else {}


STAGE = Stage(
    key="bulk",
    repeats=True,
    fields=(
        Several(key="but", of="waiting"),
        Text(key="text", sink="client", required=True, most=3000, prefill="text:client_email_bulk"),
        Choice(key="sent_via", options=("email", "letter", "notice"), menu=True, fallback="email"),
        Moment(key="sent_at", required=True, when="past", prefill="now"),
        Moment(key="promised_next", when="future", prefill="promise"),
    ),
    applies=somebody_waits,
    optional=before_any_call,
    done=all_but_the_calls,
    check=known_parties,
)
