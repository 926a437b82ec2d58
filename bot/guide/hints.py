"""guide: soft remarks on what was typed, for its author's eyes; never a block (product.md 4.4, 5.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain import values
from bot.domain.field import Moment, Text
from bot.domain.incident import Incident
from bot.domain.stage import Raw, Stage
from bot.domain.wording import ADVICE, Hint, check
from bot.domain.worktime import MINUTE, Calendar, calendar_of, is_night, is_open
from bot.guide.work import Work
from bot.stages.texts import TEXT
from bot.store.calendars import directory
from bot.words.times import clock, moment, zone

MOST = 2  # at a time
TWO_TIMES = "two times"
# "You will hear from me again by Tue 10 Mar, 15:00": the next time, as our drafts say it
AGAIN = re.compile(r"\bagain\b[^.!?\n]*?\b(\d{1,2}):([0-5]\d)\b", re.IGNORECASE)


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


def _times(work: Work, incident: Incident, stage: Stage, raw: Raw, user: str, party: str) -> Iterator[Hint]:
    """A promise of which text and page name two times; one outside the working time of who makes it, or at
    night where it is waited for (4.4).
    """
    at = next((at for f in stage.promises if (at := _at(f, raw, work.now))), None)
    if at is None:
        return
    mine = calendar_of(directory(work.store, incident, work.policy), user)
    theirs = values.zone(str(incident.answer("contact", "party_tz", party) or ""))
    if stage.of and (said := _another(str(raw.get(TEXT) or ""), at, filter(None, (mine.zone, theirs)))):
        yield Hint(TWO_TIMES, (said, moment(at, theirs or mine.zone, work.now)), ADVICE[TWO_TIMES])
    window = work.policy.windows[incident.level]
    if not is_open(at, window, mine) and not is_open(at - MINUTE, window, mine):  # its very end is in time
        yield Hint("hours", (clock(at, mine.zone, work.now),), ADVICE["hours"])
    if theirs and is_night(at, work.policy.hours, Calendar(theirs)):
        yield Hint("night", (moment(at, theirs, work.now),), ADVICE["night"])


def _another(text: str, at: datetime, zones: Iterable[str]) -> str:
    """The next time that a text names, "" where it names none or this one; 3:00 is 15:00 as well."""
    named = [(int(hour) % 12, int(minute), f"{hour}:{minute}") for hour, minute in AGAIN.findall(text)]
    local = [at.astimezone(zone(name)) for name in zones]
    same = {(time.hour % 12, time.minute) for time in local}
    return "" if same & {(hour, minute) for hour, minute, _ in named} else next((s for *_, s in named), "")


def _at(item: Moment, raw: Raw, now: datetime) -> datetime | None:
    value = item.clean(raw.get(item.key), now)
    return datetime.fromisoformat(value) if isinstance(value, str) else None
