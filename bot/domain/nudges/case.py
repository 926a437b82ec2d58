"""domain: one incident as its chains of nudges see it: who stands for whom, and when a timer ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from bot.domain import worktime
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges.model import Fired
from bot.domain.record import Signal, What
from bot.domain.rules import Policy
from bot.domain.worktime import MINUTE, Calendar, Directory, whole_minute

BY_HAND = frozenset({"hand.wait", "legal.now", "legal.24", "legal.48", "legal.66", "auto.notify"})
WAKES = frozenset({"upd.pre", "upd.due", "legal.now", "legal.24", "legal.48", "legal.66"})


@dataclass(frozen=True)
class Case:
    """Everything a chain asks. All times are aware UTC; due times are whole minutes."""

    incident: Incident
    policy: Policy
    directory: Directory
    fired: tuple[Fired, ...]

    # --- who ----------------------------------------------------------------------------------
    @cached_property
    def told(self) -> bool:
        """The boss notice is out, or R is the most senior: from here on others than R may be nudged."""
        return self.incident.told is not None or self.incident.senior

    @property
    def handler(self) -> str:
        return self.incident.handler

    @cached_property
    def lead(self) -> str:
        return self.incident.lead if self.told else ""

    @cached_property
    def lead_since(self) -> datetime | None:
        """When whoever leads now became somebody to nudge as lead."""
        lead = self.lead
        own = [s.at for s in self.incident.acknowledgements() if s.user == lead]
        own += [e.at for e in self.incident.acts_of_ladder() if e.actor == lead]
        began = self.incident.told or self.incident.last(What.SENIOR)
        return min(own, default=began.at if began else None)

    def may_get(self, kind: str, user: str) -> bool:
        """Until the boss notice is sent, nobody but R (and whom R called in by hand) is nudged."""
        return self.told or user in (self.incident.reporter, self.handler) or kind in BY_HAND

    def of_sending(self, kind: str) -> bool:
        """The boss is away: the first stand-in has the notice as part of R's own send, by night too."""
        told = self.incident.told
        return kind == "ack.2" and told is not None and bool(told.data.get("away"))

    def calendar(self, user: str) -> Calendar:
        """A user's calendar; a channel lives where the handler lives."""
        place = self.handler if user in ("", self.policy.contacts.admins_channel) else user
        return worktime.calendar_of(self.directory, place)

    # --- when ---------------------------------------------------------------------------------
    @cached_property
    def floor(self) -> datetime | None:
        """No chain that a change of level or a reopening has made overdue fires before that change."""
        changes = [e for e in self.incident.all(What.LEVEL) if e.data.get("before") != e.data.get("after")]
        return max((whole_minute(e.at) for e in (*changes, *self.incident.all(What.REOPENED))), default=None)

    def timer(self, since: datetime, minutes: int, user: str) -> datetime:
        """`since` plus minutes of the level's window on that user's clock."""
        window = self.policy.windows[self.incident.level]
        return worktime.add(whole_minute(since), minutes, window, self.calendar(user))

    def after(self, since: datetime, minutes: int, user: str) -> datetime:
        """As `timer`, but what is overdue through a change of level is due with the change."""
        at = self.timer(since, minutes, user)
        return at if self.floor is None or at >= self.floor else self.timer(self.floor, 0, user)

    def morning(self, since: datetime, days: int, user: str) -> datetime:
        """10:00 so many working days after, under the same rule."""
        at = worktime.working_morning(since, days, self.policy.hours, self.calendar(user))
        return at if self.floor is None or at >= self.floor else self.timer(self.floor, 0, user)

    def minutes(self, key: str) -> int | None:
        return self.policy.minutes(key, self.incident.level)

    def days(self, key: str) -> int | None:
        return self.policy.days(key, self.incident.level)

    def by_night(self, kind: str, user: str, at: datetime) -> datetime:
        """The night rule of critical incidents (product.md 4.4): who is asleep is told in the morning."""
        hours, calendar = self.policy.hours, self.calendar(user)
        channel = user == self.policy.contacts.admins_channel
        if self.incident.level is not Level.CRITICAL or kind in WAKES or channel or self.of_sending(kind):
            return at
        if not worktime.is_night(at, hours, calendar) or self._awake(user, at) or user in self.on_duty:
            return at
        return worktime.end_of_night(at, hours, calendar)

    def _awake(self, user: str, at: datetime) -> bool:
        spell = timedelta(minutes=self.policy.hours.active)
        acts = [e.at for e in self.incident.events if e.actor == user]
        acts += [s.at for s in self.incident.signals if s.user == user]
        acts += [u.at for u in self.incident.unfinished if u.user == user]
        return any(act < at + MINUTE and at - whole_minute(act) <= spell for act in acts)

    @cached_property
    def on_duty(self) -> frozenset[str]:
        """Members of the ladder who may be called at night."""
        ladder = self.incident.ladder
        choices = {"ladder": ladder, "duty_only": ladder[2:3], "never": ()}
        return frozenset(choices[self.policy.night_contact])

    # --- what people said about a reminder in the thread --------------------------------------
    @cached_property
    def has_thread(self) -> bool:
        """There is a team channel whose thread takes neutral reminders."""
        return self.told and bool(self.incident.team_channel) and self.policy.thread_reminders != "off"

    def on_it(self, chain: str, party: str, since: datetime) -> datetime:
        """`since`, or when somebody took the chain's reminder up after it: repeats wait one interval."""
        return max(since, *(s.at for s in self._thread(chain, party, "on_it")), since)

    def settled(self, chain: str, party: str, start: datetime) -> bool:
        """Somebody whose word counts has ticked the chain's reminder off in this run."""
        ticks = [s for s in self._thread(chain, party, "done") if s.at >= start]
        return any(s.user in self._may_settle(chain, party) for s in ticks)

    def _may_settle(self, chain: str, party: str) -> set[str]:
        cards = (s for s in self.incident.signals if s.standing and s.surface == "card")
        helpers = {s.user for s in cards if self.policy.meaning(s.name) == "help"}
        asked = {f.recipient for f in self.fired if f.kind.split(".")[0] == chain and f.party == party}
        return {self.handler, self.lead, *helpers, *asked}

    def _thread(self, chain: str, party: str, meaning: str) -> list[Signal]:
        about = (
            s for s in self.incident.signals if s.standing and s.surface == "thread" and s.party == party
        )
        return [s for s in about if s.nudge.split(".")[0] == chain and self.policy.meaning(s.name) == meaning]


def nobody_reachable(incident: Incident, policy: Policy, directory: Directory, at: datetime) -> bool:
    """Told by night, and nobody of the ladder may be called before morning (product.md 4.4)."""
    case = Case(incident, policy, directory, ())
    asked = bool(incident.ladder) and not incident.acknowledged and not case.of_sending("ack.2")
    return asked and all(case.by_night("ack.1", user, at) != at for user in incident.ladder)
