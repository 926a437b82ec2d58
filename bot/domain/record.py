"""domain: what is kept of an incident: events, pages, signals, parties, actions. Values of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """Kinds of events in the record. `data` keys are named beside each; times in `data` are ISO 8601 UTC."""

    OPENED = "opened"
    STOPPED = "stopped"
    BREATHING = "breathing"  # minutes: int. R's alone: never shown in a timeline
    BREATHED = "breathed"  # R's alone
    OWNED = "owned"  # R's alone
    ASSESSED = "assessed"
    HALTED = "halted"  # status: stopped | can_stop | someone_else | cannot | not_running
    TOLD = "told"  # how: send | self | known; boss; ladder, notified: [user]; only_boss, away: bool
    ASKED = "asked"  # to: a further rung of the ladder got the notice
    UNDELIVERED = (
        "undelivered"  # to: Slack takes no message for them; of: the post's kind; had: bool, the notice
    )
    # had reached them before
    WITHDRAWN = "withdrawn"
    SENIOR = "senior"  # R is the most senior: lead = R, no ladder
    AFFECTED = "affected"  # party: known only since then, and not from the opening on
    PLANNED = "planned"
    ASKED_GATE = "asked_gate"  # gate: contact | plan | credit; holder: user
    APPROVED = "approved"  # gate: contact | plan | credit | halt; to: who gets word of it
    REFUSED = "refused"  # gate, to
    CONTACTED = "contacted"  # party; result: reached | voicemail | not_reached | email | no_contact;
    # promised; email: bool, an e-mail went (its draft was taken) along with the try; sent_at, via: of a text
    # that went to many at once
    UPDATED = "updated"  # party; promised: time or None
    NOTED = "noted"
    LEVEL = "level"  # before, after: words
    LEGAL_SENT = "legal_sent"  # aware_at; to
    LEGAL_DECIDED = "legal_decided"  # decision
    OFFERED = "offered"  # to: user
    OFFER_WITHDRAWN = "offer_withdrawn"
    ACCEPTED = "accepted"  # by the receiver; from here on they are H
    FIXED = "fixed"  # later: [party] whose promise stays open ("will tell at ...")
    DEBRIEFED = "debriefed"  # party; working, satisfied
    REVIEWED = "reviewed"
    LETTER = "letter"  # outcome: sent | waived
    SATISFIED = "satisfied"  # the later question was answered
    CLOSED = "closed"
    CANCELLED = "cancelled"  # why: false_alarm | near_miss | duplicate | test
    REOPENED = "reopened"
    TEAM = "team"  # channel; room: bool, one of its own (asked for while `channel` is "")
    RECURRED = "recurred"  # the process tag matches an earlier incident in the look-back
    SNOOZED = "snoozed"  # nudge, ordinal, until: of one nudge as planned
    SKIPPED = "skipped"  # nudge, ordinal, reason
    INVITED = "invited"  # to: somebody else who was part of it, asked by R to join
    JOINED = "joined"  # by them
    HELD = "held"  # reason: by P, nothing of it is erased until it is released
    RELEASED = "released"


TALKS = (What.CONTACTED, What.UPDATED)
TRIES = ("voicemail", "not_reached")  # results of a contact that reached nobody


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that happened. `actor` is a user id ("" for the bot), `party` a party key ("" for none).

    What wasn't said isn't in `data`: a null, as older releases stored them, is the same as no key at all.
    """

    at: datetime
    what: What
    actor: str = ""
    party: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if None in self.data.values():
            said = {key: value for key, value in self.data.items() if value is not None}
            object.__setattr__(self, "data", said)

    def time(self, key: str) -> datetime | None:
        """A time kept in `data`, or None."""
        value = self.data.get(key)
        return datetime.fromisoformat(value) if value else None


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page: the newest answers of one stage (and party). `skipped` pages have no answers."""

    stage: str
    party: str
    version: int
    answers: Mapping[str, Any]
    skipped: bool
    saved_by: str
    saved_at: datetime
    view: str = ""  # the Slack view it was saved from: the same view may correct itself


@dataclass(frozen=True, slots=True)
class Signal:
    """A reaction, button press or reply on one of our messages; `standing` until it is taken back.

    `surface` says which message: notice | card | thread. `name` is an emoji name without skin tone,
    or `button:seen`, `button:call`, `button:take`, `reply`. On a thread reminder, `nudge` and `party`
    say which one. `at` is the moment of the last act: given, or taken back.
    """

    user: str
    name: str
    surface: str
    at: datetime
    standing: bool = True
    nudge: str = ""
    party: str = ""
    account: str = "member"  # what kind of account that user has (`domain.access.ACCOUNTS`)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody affected: a client, or a colleague/team. `told_us` when they noticed first."""

    key: str  # "C1"
    kind: str  # client | colleague
    name: str = ""
    tz: str = ""
    told_us: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """A prevention step: owner (user id), due day, and how it ended. `proof`: what shows that it is done."""

    key: str
    owner: str
    due: date
    done_at: datetime | None = None
    dropped: bool = False
    text: str = ""
    strength: str = ""  # stronger | medium | weaker (product.md 2.3)
    tell_client: bool = False
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A page somebody has typed into and not saved: who, which, when last. Never what.

    `of`: for the words of a text, the page that offers it.
    """

    user: str
    stage: str
    at: datetime
    party: str = ""
    of: str = ""
