"""domain: one incident as its chains of nudges see it: who stands for whom, and when a timer ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from bot.domain import worktime
from bot.domain.access import helpers
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges.model import Fired
from bot.domain.record import Event, Signal, What
from bot.domain.rules import Policy, Window
from bot.domain.worktime import MINUTE, Calendar, Directory, whole_minute

FAR = datetime(9000, 1, 1, tzinfo=UTC)  # what a level has no time for
BY_DAY = frozenset({"upd.over"})  # a promise that was missed is followed up by day alone, at every level
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
        reopened = self.incident.reopened_at
        times = (self.relevelled, whole_minute(reopened) if reopened else None)
        return max((at for at in times if at), default=None)

    @cached_property
    def relevelled(self) -> datetime | None:
        """When the level changed last."""
        return max((whole_minute(e.at) for e in self._changes), default=None)

    @property
    def _changes(self) -> list[Event]:
        return [e for e in self.incident.all(What.LEVEL) if e.data.get("before") != e.data.get("after")]

    def as_of(self, since: datetime) -> Case:
        """The case as it stood before that minute: its level, and what had changed and been reopened."""
        later = [e for e in self._changes if e.at >= whole_minute(since)]
        level = Level.from_word(later[0].data["before"]) if later else self.incident.level
        events = tuple(e for e in self.incident.events if e.at < whole_minute(since))
        return replace(self, incident=replace(self.incident, level=level, events=events))

    def timer(self, since: datetime, minutes: int, user: str) -> datetime:
        """`since` plus minutes of the level's window on that user's clock."""
        return worktime.add(whole_minute(since), minutes, self._window, self.calendar(user))

    @property
    def _window(self) -> Window:
        return self.policy.windows[self.incident.level]

    def after(self, since: datetime, minutes: int | None, user: str, times: int = 1) -> datetime:
        """As `timer`, but what is overdue through a change of level is due with the change."""
        if minutes is None:
            return FAR
        at = self.timer(since, minutes * times, user)
        return at if self.floor is None or at >= self.floor else self.timer(self.floor, 0, user)

    def morning(self, since: datetime, days: int | None, user: str) -> datetime:
        """10:00 so many working days after, under the same rule."""
        if days is None:
            return FAR
        at = worktime.working_morning(since, days, self.policy.hours, self.calendar(user))
        return at if self.floor is None or at >= self.floor else self.timer(self.floor, 0, user)

    def minutes(self, key: str) -> int | None:
        return self.policy.minutes(key, self.incident.level)

    def days(self, key: str) -> int | None:
        return self.policy.days(key, self.incident.level)

    def by_night(self, kind: str, user: str, at: datetime) -> datetime:
        """The night rule (product.md 4.4): who's asleep hears of it in the morning.

        At critical those who've just acted, and the ladder, aren't let sleep; what follows a missed promise
        keeps to the day for everyone, at every level.
        """
        hours, calendar = self.policy.hours, self.calendar(user)
        if self._at_any_hour(kind, user) or not worktime.is_night(at, hours, calendar):
            return at
        if kind not in BY_DAY:
            critical = self.incident.level is Level.CRITICAL
            if not critical or self._awake(user, at) or user in self.on_duty:
                return at
        return worktime.end_of_night(at, hours, calendar)

    def _at_any_hour(self, kind: str, user: str) -> bool:
        return kind in WAKES or user == self.policy.contacts.admins_channel or self.of_sending(kind)

    def may_go(self, kind: str, user: str, now: datetime) -> datetime:
        """When something that's late may be sent to them: now, or as their window opens and their night ends.

        What's due is planned by the clock of its time; held by the cap, an outage or a restart, it meets
        another one.
        """
        there = kind == "breathe.end" and self._awake(user, now)
        if there or self._at_any_hour(kind, user):
            return now
        opens = now if kind in BY_DAY else worktime.add(now, 0, self._window, self.calendar(user))
        return self.by_night(kind, user, opens)

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
        asked = {f.recipient for f in self.fired if f.kind.split(".")[0] == chain and f.party == party}
        return {self.handler, self.lead, *helpers(self.incident, self.policy), *asked}

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
