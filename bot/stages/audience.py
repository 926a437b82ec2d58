"""stages: the one place where private answers are taken out, before anything is shown or sent to somebody.

Which fields are private is each field's `audience`; R's own pages (breathing, the plain sentence) leave no
trace in what others see, and neither does the link of the message it began with.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.incident import Incident, Page, What
from bot.stages import STAGES

PRIVATE = frozenset((s.key, f.key) for s in STAGES for f in s.fields if f.audience == "me")
ALONE = frozenset({What.BREATHING, What.BREATHED, What.OWNED})


def seen_by(incident: Incident, user: str) -> Incident:
    """The record as that person (or channel) may know it: R all of it, anybody else without what is R's."""
    if user == incident.reporter:
        return incident
    return replace(
        incident,
        source="",
        pages={key: _public(page) for key, page in incident.pages.items()},
        events=tuple(e for e in incident.events if e.what not in ALONE),
        unfinished=tuple(u for u in incident.unfinished if u.user == user),
    )


def _public(page: Page) -> Page:
    answers = {key: value for key, value in page.answers.items() if (page.stage, key) not in PRIVATE}
    return replace(page, answers=answers)
