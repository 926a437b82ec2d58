"""Every place that shows or counts incidents, as data: what it shows one person, and the row of the access
table that says who may find an incident there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.access import ACTIONS
from bot.domain.errors import NotFound, Refused
from bot.guide import entry, erasing, hub, showing, signals
from bot.guide.flow import Spot
from bot.guide.signals import Where
from bot.guide.work import Work
from bot.outbox.ports import Moment
from bot.slack import home, views
from bot.store import posts
from tests.access.relations import Relation
from tests.access.test_no_part import Case

PART = "part"  # in place of a row: `has_part`
NOBODY = "nobody"  # in place of a row: it is about something of one's own

Look = Callable[[Work, str, str], Any]


@dataclass(frozen=True)
class Place:
    """`shown`: all that is there for that person, for (work, user, incident). `told`: it's only there once
    there is a notice. `always`: anyone who may find the incident does, at any time.
    """

    needs: str
    shown: Look
    told: bool = False
    always: bool = True

    def may(self, relation: Relation) -> bool:
        if self.needs == PART:
            return relation.part
        return self.needs != NOBODY and bool(relation.roles & ACTIONS[self.needs])


def found(case: Case, place: Place, user: str) -> bool:
    """Whether the incident is there for them. Whatever the look does is undone."""

    def look(work: Work) -> bool:
        undo = work.store.connection.begin_nested()
        try:
            return case.key in repr(place.shown(work, user, case.key))
        except (NotFound, Refused):
            return False
        finally:
            undo.rollback()
            work.store.reread()

    return bool(case.do(look))


def command(text: str) -> Look:
    return lambda work, user, key: entry.command(work, user, text.replace("ID", key))


def _home(work: Work, user: str, key: str) -> str:
    return json.dumps(home.home(work.store, user, Moment(work.now, work.policy)))


def _choice(work: Work, user: str, key: str) -> str:
    return json.dumps(views.view(entry.begin(work, user, "Something else, in other words")))


def _counted(work: Work, user: str, key: str) -> str:
    said = erasing.sort(work, user)
    return key * (len(said.whole) + len(said.shared) + len(said.held))


def _receipt(work: Work, user: str, key: str) -> str:
    said = erasing.forget(work, user)
    return key * (said.whole + said.shared + len(said.held) + said.messages)


def _notice(work: Work, user: str, key: str) -> object:
    post = posts.of_incident(work.store, key, "notice")[-1]
    return signals.press(work, post.id, user, "seen", Where(post.channel, post.sent_ts))


def _details(work: Work, user: str, key: str) -> object:
    return signals.details(work, posts.of_incident(work.store, key, "notice")[-1].id, user)


def _reminded(work: Work, user: str, key: str) -> list[object]:
    """What goes to them of itself now, apart from the telling."""
    due = posts.of_incident(work.store, key, *work.policy.nudges)
    return [(key, p.kind) for p in due if p.recipient == user and p.due_at <= work.now and not p.sent_at]


def _audit(work: Work, user: str, key: str) -> object:
    return [key for look in hub.ledger(work, key, user).looks if look.screen]


PLACES: Mapping[str, Place] = {
    "list": Place("list", command("list")),
    "older": Place("list", lambda w, user, key: entry.turn(w, user, "")),
    "status": Place("list", command("status")),
    "status ID": Place("see_summary", command("status ID")),
    "export": Place(PART, command("export")),
    "export ID": Place("export", command("export ID")),
    "forget": Place(PART, command("forget")),
    "forget's count": Place(PART, _counted),
    "forget's receipt": Place(PART, _receipt),
    "practice": Place(NOBODY, command("practice")),
    "help": Place(NOBODY, command("help")),
    "home": Place("list", _home),
    "choice": Place("list", _choice),
    "continue": Place("enter", lambda w, user, key: showing.show(w, key, user)),
    "hub": Place("enter", lambda w, user, key: showing.show(w, key, user, Spot("hub"))),
    "pick": Place("enter", lambda w, user, key: entry.pick(w, user, key)),
    "timeline": Place("see_timeline", lambda w, user, key: hub.ledger(w, key, user)),
    "notice": Place("acknowledge", _notice, told=True, always=False),
    "details": Place("see_facts", _details, told=True),
    "reminders": Place(PART, _reminded, always=False),
    "audit": Place("see_who_looked", _audit),
}
# What leads to an incident: each listener, and the place in which it is tried; "" where the id of another's
# incident leads nowhere new (the matrix tries all of them as acts).
LISTENERS: Mapping[str, str] = {
    "open": "continue", "accept": "continue", "go": "continue", "back": "continue", "skip": "continue",
    "refresh": "hub", "withdraw": "hub", "timeline": "timeline", "ledger": "timeline", "notice": "notice",
    "details": "details", "start": "choice", "begin_with": "choice", "practise": "practice", "list": "older",
    "forget": "forget's receipt", "page": "continue", "text": "continue", "hub": "hub", "choose": "pick",
    "blank": "continue",
    "input": "", "pick": "", "which": "", "arrived": "", "again": "", "snooze": "", "leave_out": "",
    "card": "", "answer": "", "copy": "", "anew": "", "ask": "", "reason": "",
}  # fmt: skip
SEEING = {"list", "enter", "see_summary", "see_facts", "see_timeline", "see_who_looked", "export"} | {
    "acknowledge"
}
