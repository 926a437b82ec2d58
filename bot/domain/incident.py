"""domain: the incident as a value. What follows from its record is derived here, never stored twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.domain.level import HARM_MAY_RUN, Level
from bot.domain.record import Action, Event, Page, Party, Signal, Unfinished, What
from bot.domain.standin import is_stand_in
from bot.domain.status import Status


@dataclass(frozen=True)
class Incident:
    """A snapshot: the rows of one incident, read in one transaction; events in order of time.

    What follows from them is worked out once a snapshot, when it is first asked for.
    """

    tenant: str
    id: str
    reporter: str
    handler: str
    created_at: datetime
    level: Level = Level.SMALL
    practice: bool = False
    source: str = ""  # link of the message it began with: R's alone until `open` says `share_source`
    pages: Mapping[tuple[str, str], Page] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    signals: tuple[Signal, ...] = ()
    parties: tuple[Party, ...] = ()
    actions: tuple[Action, ...] = ()
    unfinished: tuple[Unfinished, ...] = ()

    # --- reading the record -------------------------------------------------------------------
    def all(self, *what: What, party: str | None = None) -> Iterator[Event]:
        """Events of these kinds, oldest first; of one party where given."""
        of_one = len(what) == 1
        found = self._of_kind.get(what[0], ()) if of_one else (e for e in self.events if e.what in what)
        return (e for e in found if e.party == party) if party is not None else iter(found)

    @cached_property
    def _of_kind(self) -> Mapping[What, Sequence[Event]]:
        """Asked for some fifty times a plan."""
        found: dict[What, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.what, []).append(event)
        return found

    def first(self, *what: What, party: str | None = None) -> Event | None:
        return next(self.all(*what, party=party), None)

    def last(self, *what: What, party: str | None = None) -> Event | None:
        if self._of_kind.keys().isdisjoint(what):
            return None
        return max(self.all(*what, party=party), key=lambda e: e.at, default=None)

    def page(self, stage: str, party: str = "") -> Page | None:
        return self.pages.get((stage, party))

    def answer(self, stage: str, key: str, party: str = "") -> Any:  # noqa: ANN401 - str, list, int or None
        """A saved answer, or None."""
        page = self.page(stage, party)
        return page.answers.get(key) if page else None

    def fact(self, key: str) -> Any:  # noqa: ANN401 - str, list or None
        """The newest saved answer to a question that both `open` and `assess` ask (reach, still_going, …)."""
        pages = [p for p in self.pages.values() if p.stage in ("open", "assess") and p.answers.get(key)]
        return max(pages, key=lambda p: p.saved_at).answers[key] if pages else None

    @cached_property
    def chosen(self) -> Page | None:
        """How R wants to tell, and whom: the newer of the two pages that ask it."""
        pages = [p for key in ("tell", "safe") if (p := self.page(key)) and not p.skipped]
        return max(pages, key=lambda p: p.saved_at, default=None)

    # --- what follows from it -----------------------------------------------------------------
    @cached_property
    def opened_at(self) -> datetime | None:
        """T0: the moment the first page was saved."""
        opened = self.first(What.OPENED)
        return opened.at if opened else None

    @cached_property
    def reopened_at(self) -> datetime | None:
        reopened = self.last(What.REOPENED)
        return reopened.at if reopened else None

    def since_reopening(self, *what: What, party: str | None = None) -> Event | None:
        """The last such event that still counts: reopening starts fixed, debrief and closing anew."""
        event = self.last(*what, party=party)
        reopened = self.reopened_at
        return None if event is None or (reopened and event.at < reopened) else event

    @cached_property
    def status(self) -> Status:
        for what, status in (
            (What.CANCELLED, Status.CANCELLED),
            (What.CLOSED, Status.CLOSED),
            (What.DEBRIEFED, Status.CLOSING),
            (What.FIXED, Status.FIXED),
        ):
            if self.since_reopening(what):
                return status
        if self.contained:
            return Status.CONTAINED
        return Status.OPEN if self.opened_at else Status.DRAFT

    @property
    def live(self) -> bool:
        """Neither closed nor cancelled: still in front of somebody."""
        return self.status not in (Status.CLOSED, Status.CANCELLED)

    @property
    def ends_with_letting_go(self) -> bool:
        """Small, and still with its reporter: their last page closes it, none is needed after (0.2)."""
        return self.live and self.level is Level.SMALL and self.handler == self.reporter

    @property
    def harm_may_run(self) -> bool:
        """Somebody said it is still going, or does not know, and nothing has contained it since."""
        return self.fact("still_going") in HARM_MAY_RUN and not self.contained

    @cached_property
    def contained(self) -> bool:
        """S5's completion rule: stopped, not a running process, or "cannot" confirmed by the lead."""
        halt = self.since_reopening(What.HALTED)
        if halt is None:
            return False
        if halt.data.get("status") == "cannot":
            return any(e.data.get("gate") == "halt" and e.at >= halt.at for e in self.all(What.APPROVED))
        return halt.data.get("status") in ("stopped", "not_running")

    @cached_property
    def told(self) -> Event | None:
        """The telling that stands: the last one that has not been withdrawn since."""
        told, withdrawn = self.last(What.TOLD), self.last(What.WITHDRAWN)
        return None if told is None or (withdrawn and withdrawn.at >= told.at) else told

    @property
    def untold(self) -> bool:
        """The person picked by now hasn't been told: no one was, someone else was, it was taken back, or it
        couldn't be delivered."""
        page, told = self.chosen, self.told
        if told is None or str(told.data.get("boss", "")) in self.unreached:
            return True
        return page is not None and page.answers.get("boss") != told.data.get("boss")

    @property
    def pick_again(self) -> bool:
        """Whoever R has picked to tell has had their data erased since: no message can go to them."""
        page = self.chosen
        return page is not None and self.untold and is_stand_in(str(page.answers.get("boss") or ""))

    @property
    def senior(self) -> bool:
        return self.last(What.SENIOR) is not None

    @cached_property
    def ladder(self) -> tuple[str, ...]:
        """User ids in asking order, as they stood when R sent the notice; never R; empty when senior."""
        told = self.told
        rungs = told.data.get("ladder", ()) if told else ()
        return tuple(u for u in rungs if u != self.reporter and not is_stand_in(u))

    @cached_property
    def told_members(self) -> tuple[str, ...]:
        """Ladder members whom the notice was really sent to: the boss (or, away, the first fallback), and
        every rung asked since; with `only_boss` nobody else."""
        told = self.told
        if told is None:
            return ()
        asked = (str(e.data.get("to", "")) for e in self.all(What.ASKED) if e.at >= told.at)
        sent = dict.fromkeys((*told.data.get("notified", ()), *asked))
        return tuple(u for u in sent if not is_stand_in(u) and u not in self.unreached)

    @cached_property
    def undelivered(self) -> Mapping[str, Event]:
        """Those above who can be sent nothing, and the last word of Slack about it; by user id."""
        told, found = self.told, dict[str, Event]()
        for event in self.all(What.ASKED, What.UNDELIVERED) if told else ():
            user = str(event.data.get("to", ""))
            found.pop(user, None)
            if told and event.at >= told.at and event.what is What.UNDELIVERED:
                found[user] = event
        return found

    @cached_property
    def unreached(self) -> frozenset[str]:
        """Those of them who don't have the notice at all."""
        return frozenset(user for user, e in self.undelivered.items() if not e.data.get("had"))

    @cached_property
    def offered_to(self) -> str:
        """Whom a handover is offered to and who has not answered yet, or ""."""
        offer = self.last(What.OFFERED)
        ended = self.last(What.ACCEPTED, What.OFFER_WITHDRAWN)
        return "" if offer is None or (ended and ended.at >= offer.at) else str(offer.data.get("to", ""))

    def acknowledgements(self) -> tuple[Signal, ...]:
        """Standing signals of ladder members on the notice, earliest first."""
        ladder = self.ladder
        standing = (s for s in self.signals if s.surface == "notice" and s.standing and s.user in ladder)
        return tuple(sorted(standing, key=lambda s: s.at))

    @cached_property
    def acted_as_lead(self) -> str:
        """The ladder member who was the first to act (approved, noted, took over …), or "".

        Whoever acts while an earlier acknowledgement of somebody else stands does not take the lead.
        """
        standing = self.acknowledgements()
        for act in self.acts_of_ladder():
            if act.actor == next((s.user for s in standing if s.at <= act.at), act.actor):
                return act.actor
        return ""

    def acts_of_ladder(self) -> Iterator[Event]:
        """What the ladder's members have done here since it was told: each act is an acknowledgement."""
        told, ladder = self.told, self.ladder
        return (e for e in self.events if told and e.at >= told.at and e.actor in ladder)

    def has_seen(self, user: str) -> bool:
        """A ladder member who has a standing sign on the notice, or has done anything here."""
        signs = [s.user for s in self.acknowledgements()] + [e.actor for e in self.acts_of_ladder()]
        return user in signs

    @cached_property
    def acknowledged(self) -> bool:
        """Somebody of the ladder has it: a standing signal, or any act in the incident (product.md 0.5)."""
        told = self.told
        spoke = told is not None and told.data.get("how") in ("self", "known")
        return spoke or self.acknowledged_at is not None

    @cached_property
    def acknowledged_at(self) -> datetime | None:
        """When the first standing sign of the ladder was given, or None."""
        signs = [s.at for s in self.acknowledgements()] + [e.at for e in self.acts_of_ladder()]
        return min(signs, default=None)

    @cached_property
    def lead(self) -> str:
        """User id of the lead, "" while nobody leads. Senior branch: R."""
        if self.senior:
            return "" if is_stand_in(self.reporter) else self.reporter
        if self.acted_as_lead:
            return self.acted_as_lead
        standing = self.acknowledgements()
        if standing:
            return standing[0].user
        told = self.told
        boss = str(told.data.get("boss", "")) if told and told.data.get("how") in ("self", "known") else ""
        return "" if is_stand_in(boss) else boss

    @cached_property
    def co_reporters(self) -> tuple[str, ...]:
        """Who was part of it too and has joined, in that order; each has private fields of their own."""
        return tuple(dict.fromkeys(e.actor for e in self.all(What.JOINED)))

    @property
    def asked_to_join(self) -> frozenset[str]:
        """Whom R has asked to join, and who has not."""
        asked = {str(e.data.get("to", "")) for e in self.all(What.INVITED)}
        return frozenset(asked - {"", self.reporter, *self.co_reporters})

    def own_key(self, user: str) -> str:
        """The party key of a co-reporter's own pages, "R2" for the first who joined; "" for anybody else."""
        known = self.co_reporters
        return f"R{known.index(user) + 2}" if user and user in known else ""

    def author(self, party: str) -> str:
        """Whose the private answers of a page with that party key are."""
        return next((user for user in self.co_reporters if self.own_key(user) == party), self.reporter)

    @property
    def team_channel(self) -> str:
        """The team's channel as it stands, "" for none (yet)."""
        chosen = self.last(What.TEAM)
        return str(chosen.data.get("channel") or "") if chosen else ""

    @property
    def wants_room(self) -> bool:
        """A channel of its own was asked for and is not there yet."""
        chosen = self.last(What.TEAM)
        return chosen is not None and bool(chosen.data.get("room")) and not chosen.data.get("channel")

    @property
    def held(self) -> Event | None:
        """The legal hold that stands, or None."""
        held, released = self.last(What.HELD), self.last(What.RELEASED)
        return None if held is None or (released and released.at >= held.at) else held
