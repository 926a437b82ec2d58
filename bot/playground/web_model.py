"""Local Slack, pages: everything one page shows, gathered for the templates. Looks, and changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.playground.core import Violation
from bot.playground.manifest import Command, Json, Shortcut
from bot.playground.people import ROLES
from bot.playground.server import LocalSlack
from bot.playground.web_desk import Desk, Notice, Problems
from bot.playground.web_inspector import Exchange, exchanges
from bot.playground.web_messages import Entry, entries
from bot.playground.web_offers import Group, offers
from bot.playground.web_place import APP, HOME, Place
from bot.playground.web_text import Reader
from bot.playground.workspace import Channel, Person, View

LABELS = {
    "reporter": "Reporter",
    "boss": "Boss",
    "deputy": "Deputy",
    "lead": "Duty lead",
    "t1": "Teammate",
    "t2": "Teammate",
    "t3": "Teammate",
    "privacy": "Privacy contact",
    "outsider": "Other company",
    "guest": "Guest",
}
"""The people one can be, in the switcher's order; bots and deactivated people cannot log in."""
MAIN = ("reporter", "boss", "deputy", "lead")
"""Those whose names are always shown: the way of every incident leads over them."""
IDS = {role.key: role.id for role in ROLES}


@dataclass(frozen=True)
class Chip:
    """One person in the switcher."""

    key: str
    person: Person
    label: str
    url: str
    current: bool
    unread: int

    @property
    def is_main(self) -> bool:
        """Whether the name is always shown, not only the picture."""
        return self.key in MAIN


@dataclass(frozen=True)
class Tab:
    """One conversation in the sidebar; `kind` as in Channel."""

    name: str
    kind: str
    url: str
    current: bool
    unread: int


class PageModel:
    """What the page at `place` shows now. Raises KeyError for a person nobody can be."""

    def __init__(self, slack: LocalSlack, desk: Desk, place: Place) -> None:
        if place.person not in LABELS:
            raise KeyError(place.person)
        self.place = place
        self.member = slack.person(place.person)
        self.me = self.member.person
        self.manifest = slack.core.manifest
        self.workspace = slack.workspace
        self.reader = Reader(slack.workspace, self.me, slack.clock.now())
        self._slack, self._desk = slack, desk

    @cached_property
    def channel(self) -> Channel:
        """The conversation; the DM with the app where they are in no other."""
        asked = self.workspace.channels.get(self.place.channel)
        return asked if asked and self._is_in(asked) else self._slack.core.dm(self.me.id)

    def _is_in(self, channel: Channel) -> bool:
        return self.me.id in channel.members

    @property
    def is_home(self) -> bool:
        """Whether the app's Home tab is shown instead of a conversation."""
        return self.place.channel == HOME and self.manifest.home_tab

    @property
    def is_app(self) -> bool:
        """Whether the conversation is the one with the app."""
        return self.channel.kind == "im"

    @property
    def may_write(self) -> bool:
        """Whether the conversation takes messages from the person."""
        return not (self.channel.is_archived or (self.is_app and self.manifest.messages_tab_read_only))

    @property
    def commands(self) -> list[Command]:
        """The slash commands a person can type."""
        return list(self.manifest.commands.values())

    def shortcuts(self, kind: str) -> list[Shortcut]:
        """The declared shortcuts, "global" or "message"."""
        return [one for one in self.manifest.shortcuts.values() if one.kind == kind]

    @property
    def clock(self) -> str:
        """Day and time where the person is."""
        return self._local.strftime("%a %d %b, %H:%M")

    @property
    def clock_iso(self) -> str:
        """The same for programs: ISO 8601 with the offset, to the minute."""
        return self._local.isoformat(timespec="minutes")

    @property
    def _local(self) -> datetime:
        return self.reader.now.astimezone(self.reader.zone)

    def chips(self) -> Iterator[Chip]:
        """Everybody one can be."""
        for key, label in LABELS.items():
            person, current = self.workspace.people[IDS[key]], key == self.place.person
            unread = 0 if current else self._desk.badge(person.id)
            yield Chip(key, person, label, self.place.become(key).url, current, unread)

    def tabs(self) -> Iterator[Tab]:
        """The conversations of the person, the one with the app last."""
        for room in self.workspace.channels.values():
            if room.kind != "im" and self._is_in(room):
                current = room is self.channel and not self.is_home
                unread = len(self._desk.unread(self.me.id, room))
                yield Tab(room.name, room.kind, self.place.go(room.id).url, current, 0 if current else unread)
        unread = len(self._desk.unread(self.me.id, self._slack.core.dm(self.me.id)))
        yield Tab(self.manifest.bot_name, "im", self.place.go(APP).url, self.is_app, unread)

    @property
    def home_url(self) -> str:
        """The app's Home tab."""
        return self.place.go(HOME).url

    @property
    def app_url(self) -> str:
        """The conversation with the app."""
        return self.place.go(APP).url

    def entries(self) -> list[Entry]:
        """The conversation without the replies in its threads, oldest first."""
        shown = self._desk.visible(self.me.id, self.channel)
        return list(entries(self.reader, [m for m in shown if m.broadcast or m.thread_ts in (None, m.ts)]))

    def thread(self) -> list[Entry]:
        """The open thread, its parent first; empty when none is open."""
        shown = self._desk.visible(self.me.id, self.channel) if self.place.thread else []
        return list(entries(self.reader, [m for m in shown if self.place.thread in (m.ts, m.thread_ts)]))

    @property
    def modal(self) -> View | None:
        """The modal on top."""
        return self.member.stack[-1] if self.member.stack else None

    @property
    def home(self) -> View | None:
        """The app's Home tab as published for the person."""
        return self.workspace.homes.get(self.me.id)

    def problems(self, view: View) -> Problems:
        """What a modal says under its fields."""
        return self._desk.problems(view)

    def offers(self, element: Json) -> list[Group]:
        """What a menu lets the person choose from."""
        return offers(self.workspace, self.me, element)

    def notices(self) -> list[Notice]:
        """What Slack's client itself has to say."""
        return self._desk.notices(self.me.id)

    def violations(self) -> list[Violation]:
        """Broken rules that nobody has dismissed yet."""
        return self._slack.violations[self._desk.violations_seen :]

    @property
    def violations_seen(self) -> int:
        """How many broken rules will have been dismissed when all shown now are."""
        return len(self._slack.violations)

    def exchanges(self) -> list[Exchange]:
        """The payloads for the inspector; none while it is closed."""
        return exchanges(self._slack, self.reader) if self.place.inspect else []
