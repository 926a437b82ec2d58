"""guide: what a use case answers; `slack` turns each into what the person sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.field import Problem
from bot.domain.incident import Incident
from bot.domain.record import Page
from bot.domain.stage import Stage
from bot.domain.wording import Hint
from bot.store.posts import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads it: their zone, and the names of the people in it."""

    user: str
    tz: str
    now: datetime
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page to be shown: `values` are raw first values by field, `version` guards its saving.

    `said` is the whole text of the command where a field took only its beginning. `theirs` is set on a
    conflict: what somebody else saved a moment ago, while `values` keep what this person typed.
    """

    incident: Incident
    stage: Stage
    party: str
    reader: Reader
    values: Mapping[str, Any]
    version: int
    progress: tuple[int, int] | None
    facts: Mapping[str, Any]  # what the page's words need beyond the record
    drafts: tuple[tuple[str, str], ...] = ()  # (name, text) of what could be said or sent, best first
    hints: tuple[Hint, ...] = ()  # kinder or plainer words for what was typed; never a block
    said: str = ""
    theirs: Page | None = None
    problems: Mapping[str, Problem] = field(
        default_factory=dict
    )  # why it isn't saved, said on the page itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A line of the hub: a page, and how far it is."""

    stage: str
    party: str
    state: str  # done | waiting | open | optional


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """After `send`: what next? `recommended` is preselected; `posts` tell what is on its way; `may` holds the
    actions of `domain.access` that this person is offered: no one sees a button they would be refused.
    """

    incident: Incident
    reader: Reader
    steps: tuple[Step, ...]
    recommended: str
    posts: tuple[Post, ...]
    asleep: tuple[tuple[str, str], ...] = ()  # the ladder (id, phone), where nobody of it is asked by night
    hints: tuple[Hint, ...] = ()
    may: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """Nothing was saved but what was typed (as a draft). Problems by field key."""

    stage: Stage
    problems: Mapping[str, Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Several incidents are open: which one? `fresh` is the new draft that holds the typed text, or "".

    `more`: there are older ones than these.
    """

    reader: Reader
    fresh: str
    said: str
    open: tuple[Incident, ...]
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A short answer only this person sees: a block of `templates/surfaces/replies.j2` and its variables."""

    code: str
    reader: Reader
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """A text file for one person."""

    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel(Reply):
    """A short answer, and files that go into the person's own DM."""

    files: tuple[File, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun(Reply):
    """A short answer; what was asked for takes long, and is done in pieces from here on."""

    chore: str


Screen = Shown | Hub | Choose
