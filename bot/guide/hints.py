"""guide: soft remarks on what was typed, for its author's eyes; never a block (product.md 4.4, 5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.domain.field import Moment, Text
from bot.domain.incident import Incident
from bot.domain.stage import Raw, Stage
from bot.domain.wording import ADVICE, Hint, check
from bot.domain.worktime import MINUTE, Calendar, calendar_of, is_night, is_open
from bot.guide.work import Work
from bot.store.calendars import directory
from bot.store.zones import known_zone
from bot.words.times import clock, moment

MOST = 2  # at a time


def hints(
    work: Work, incident: Incident, stage: Stage, raw: Raw, user: str, party: str = ""
) -> tuple[Hint, ...]:
    """A time that may be hard to keep, and a better phrase for people's own words."""
    texts = [(f.sink, raw[f.key]) for f in stage.fields if isinstance(f, Text) and raw.get(f.key)]
    found = [
        *_times(work, incident, stage, raw, user, party),
        *(hint for sink, text in texts for hint in check(text, sink, words=work.policy.lint)),
    ]
    return tuple(dict.fromkeys(found))[:MOST]


def is_promise(stage: Stage | None, key: str) -> bool:
    """Whether that field is when somebody hears next."""
    item = stage.field(key) if stage else None
    return isinstance(item, Moment) and item.prefill == "promise"


def _times(work: Work, incident: Incident, stage: Stage, raw: Raw, user: str, party: str) -> Iterator[Hint]:
    """Promises outside the working time of who makes them, or at night where they are waited for (4.4)."""
    at = next((t for f in stage.fields if is_promise(stage, f.key) and (t := _at(f, raw, work.now))), None)
    if at is None:
        return
    mine = calendar_of(directory(work.store, incident, work.policy), user)
    window = work.policy.windows[incident.level]
    if not is_open(at, window, mine) and not is_open(at - MINUTE, window, mine):  # its very end is in time
        yield Hint("hours", (clock(at, mine.zone, work.now),), ADVICE["hours"])
    theirs = known_zone(str(incident.answer("contact", "party_tz", party) or ""))
    if theirs and is_night(at, work.policy.hours, Calendar(theirs)):
        yield Hint("night", (moment(at, theirs, work.now),), ADVICE["night"])


def _at(item: Any, raw: Raw, now: datetime) -> datetime | None:  # noqa: ANN401 - one of Stage.fields
    value = item.clean(raw.get(item.key), now)
    return datetime.fromisoformat(value) if isinstance(value, str) else None
