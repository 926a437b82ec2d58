"""stages: the one place where private answers are taken out, before anything is shown or sent to somebody.

Which fields are private is each field's `audience`; R's own pages (breathing, the plain sentence) leave no
trace in what others see, and neither does the link of the message it began with.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.access import WIDE, Role, roles
from bot.domain.field import Text
from bot.domain.incident import Incident
from bot.domain.record import Page, What
from bot.domain.rules import Policy
from bot.stages import STAGES

Places = frozenset[tuple[str, str]]  # (stage, field)
TYPED: Places = frozenset((s.key, f.key) for s in STAGES for f in s.fields if isinstance(f, Text))
SUMMARY: Places = frozenset({("open", "summary")})
NOTICE: Places = frozenset({("send", "text")})
# What Seen opens: what happened, who is affected, what is stopped, the plan (product.md 1.3 S6).
AFTER_SEEN = frozenset((s, f) for s, f in TYPED if s in ("open", "assess", "halt", "plan", "send"))
PRIVATE: Places = frozenset((s.key, f.key) for s in STAGES for f in s.fields if f.audience == "me")
PER_PERSON = frozenset(s.key for s in STAGES if s.per_person)
OWN: Places = frozenset(place for place in PRIVATE if place[0] in PER_PERSON)  # each co-reporter's
ALONE = frozenset({What.BREATHING, What.BREATHED, What.OWNED})


def shown_to(incident: Incident, user: str, policy: Policy) -> Incident:
    """The record as wide as what that person is to it; screens and messages are made from nothing else."""
    mine = roles(incident, user, policy)
    seen = seen_by(incident, user)
    if mine & WIDE:
        return seen
    parts = AFTER_SEEN if Role.SEEN in mine else NOTICE if Role.TOLD in mine else frozenset()
    return _narrowed(seen, parts | (SUMMARY if mine & {Role.HELPER, Role.ASKED} else frozenset()), user)


def seen_by(incident: Incident, user: str) -> Incident:
    """The record as that person (or channel) may know it: R all but what is a co-reporter's own, anybody
    else without what is R's.
    """
    own = incident.own_key(user)
    pages = {
        key: page for key, page in incident.pages.items() if page.stage not in PER_PERSON or key[1] == own
    }
    if user == incident.reporter:
        known = (u for u in incident.unfinished if u.user == user or u.stage not in PER_PERSON)
        return replace(incident, pages=pages, unfinished=tuple(known)) if incident.co_reporters else incident
    return replace(
        incident,
        source=incident.source if incident.answer("open", "share_source") else "",
        pages={key: page if page.stage in PER_PERSON else _public(page) for key, page in pages.items()},
        events=tuple(e for e in incident.events if e.what not in ALONE),
        unfinished=tuple(u for u in incident.unfinished if u.user == user),
    )


def _public(page: Page) -> Page:
    return _without(page, PRIVATE)


def _narrowed(incident: Incident, kept: Places, user: str) -> Incident:
    """Of what people typed, these fields only; those affected keep their names where facts are kept, and
    whoever has to do something about a step keeps its text.
    """
    named = ("assess", "affected") in kept
    return replace(
        incident,
        source=incident.source if kept >= AFTER_SEEN else "",
        pages={key: _without(page, TYPED - kept) for key, page in incident.pages.items()},
        parties=incident.parties if named else tuple(replace(p, name="") for p in incident.parties),
        actions=tuple(a if a.owner == user else replace(a, text="", proof="") for a in incident.actions),
    )


def _without(page: Page, places: Places) -> Page:
    answers = {key: value for key, value in page.answers.items() if (page.stage, key) not in places}
    return replace(page, answers=answers)
