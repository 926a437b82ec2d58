"""domain: what an organisation may set, as one frozen value. The shipped numbers live in `bot.policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Literal

from bot.domain.level import Level

ThreadReminders = Literal["neutral", "mention", "off"]
NightContact = Literal["ladder", "duty_only", "never"]


@dataclass(frozen=True, slots=True)
class Window:
    """Hours in which a timer counts: from `start` up to, not including, `end`; minutes of the local day.

    `days` are weekdays, 0 = Monday. A window that leaves out a weekday leaves out holidays too.
    """

    days: frozenset[int]
    start: int
    end: int

    @property
    def always(self) -> bool:
        return len(self.days) == 7 and self.start == 0 and self.end == 24 * 60

    @property
    def keeps_holidays(self) -> bool:
        return len(self.days) < 7


@dataclass(frozen=True, slots=True)
class Hours:
    """Times of day that rules refer to, each in the recipient's own zone (product.md 4.3, 4.4)."""

    office: Window
    """Working days, and what "outside working hours" means for legal clocks and internal notes."""
    morning: time
    """When a nudge that counts in days is due."""
    night_from: time
    night_to: time
    active: int
    """Minutes after an act in which a person counts as awake."""


@dataclass(frozen=True, slots=True)
class NudgeRule:
    """One row of the nudge catalogue, as data (product.md 4.3). When is its chain's part."""

    kind: str
    chain: str
    """The family it follows its siblings in: `first.half`, `first.due` and `first.over` are one chain."""
    times: int
    """At most so many in one run of the chain."""
    every: int
    """Between repeats, where the cadence table has no row for it; its unit is the chain's."""
    at: tuple[int, ...]
    """Fixed offsets, where it has them; their unit is the chain's."""
    page: str
    """The page that answers it, opened by its button; "" for wherever it was left."""
    put_off: bool
    """Something is to be done, so it can be put off or left out; the others are only a word to somebody."""
    in_thread: bool
    """Has a neutral twin in the team channel's thread (product.md 0.4)."""
    uncapped: bool
    """Not held back by the cap per hour."""
    priority: int
    """Lower goes first when many are due."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom to ask, in this order. "" where a rung is not filled."""

    person: str = ""
    deputy: str = ""
    duty_lead: str = ""

    @property
    def rungs(self) -> tuple[str, ...]:
        return tuple(user for user in (self.person, self.deputy, self.duty_lead) if user)


@dataclass(frozen=True, slots=True)
class Team:
    """A named list of people with a ladder of their own."""

    name: str
    members: frozenset[str]
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class Contacts:
    """Who stands for P, A and the others; "" when unset. `phones` are by user id."""

    privacy: str = ""
    admins_channel: str = ""
    finance: str = ""
    speak_up: str = ""
    support_link: str = ""


@dataclass(frozen=True, slots=True)
class Org:
    name: str = ""
    sign_off: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class LegalClock:
    """A deadline to offer on the legal page; `hours` count from awareness on the wall clock."""

    name: str
    hours: int
    offered: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """Days until something goes (product.md 5.2)."""

    draft: int
    cancelled: int
    private_note: int
    names: int
    incident: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything an organisation may set, checked. Built only by `bot.policy.load_policy`."""

    cadence: Mapping[str, Mapping[Level, int | None]]
    windows: Mapping[Level, Window]
    hours: Hours
    nudges: Mapping[str, NudgeRule]
    ladder: Ladder
    teams: tuple[Team, ...]
    contacts: Contacts
    phones: Mapping[str, str]
    org: Org
    gates: Mapping[Level, frozenset[str]]
    money_threshold: int
    currency: str  # of amounts where nobody has picked another
    currencies: tuple[str, ...]  # to pick from
    tags: tuple[str, ...]
    emoji: Mapping[str, tuple[str, ...]]
    clocks: tuple[LegalClock, ...]
    apology_limit: int
    lint: Mapping[str, tuple[str, ...]]
    locale: str
    retention: Retention
    cap: int
    thread_reminders: ThreadReminders
    night_contact: NightContact
    client_name_in_channel: bool
    guests_may_open: bool
    holiday_regions: tuple[str, ...]
    auto_notify: bool

    def minutes(self, key: str, level: Level) -> int | None:
        """A row of the cadence table counted in minutes of the level's window; None: not at this level."""
        return self.cadence[key][level]

    def days(self, key: str, level: Level) -> int | None:
        """A row of the cadence table counted in days (`deb`, `rev`, `prev`: working days); None: never."""
        return self.cadence[key][level]

    def _own_ladder(self, user_id: str) -> Ladder:
        return next((team.ladder for team in self.teams if user_id in team.members), self.ladder)

    def ladder_for(self, user_id: str) -> tuple[str, ...]:
        """Up to three user ids above this person: person, deputy, duty lead; () when none is configured."""
        return tuple(user for user in self._own_ladder(user_id).rungs if user != user_id)

    def nobody_above(self, user_id: str) -> bool:
        """A ladder is configured for this person and names nobody but themselves."""
        return bool(self._own_ladder(user_id).rungs) and not self.ladder_for(user_id)

    def meaning(self, emoji: str) -> str:
        """What an emoji name (without skin tone) says: `on_it`, `done`, `help`, … or "" for any other."""
        return next((meaning for meaning, names in self.emoji.items() if emoji in names), "")
