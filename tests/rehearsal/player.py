"""Plays a script against the planner alone: the record is built by hand, time jumps from due to due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges import Due, Fired, plan
from bot.domain.nudges.case import Case
from bot.domain.nudges.delivery import free_at, messages
from bot.domain.record import Event, Page, Party, Signal, What
from bot.domain.rules import Policy
from bot.domain.worktime import Directory
from bot.policy import load_policy
from bot.rehearsal.script import Line, Script, Step, name_of

CONTACTS = '[contacts]\nprivacy = "P"\nadmins_channel = "A"\n'
LADDER = CONTACTS + '[ladder]\nperson = "B"\ndeputy = "F1"\nduty_lead = "F2"\n'
ALONE = CONTACTS + '[ladder]\nperson = "R"\n'

SIMPLE: Mapping[str, What] = {
    "stop": What.STOPPED, "own": What.OWNED, "assess": What.ASSESSED, "plan": What.PLANNED,
    "note": What.NOTED, "ready": What.BREATHED, "debrief": What.DEBRIEFED, "review": What.REVIEWED,
    "letter": What.LETTER, "sat": What.SATISFIED, "close": What.CLOSED,
    "senior": What.SENIOR, "reopen": What.REOPENED,
    "cancel": What.CANCELLED, "legal": What.LEGAL_DECIDED,
}  # fmt: skip


def policy_for(script: Script, extra: str = "") -> Policy:
    return load_policy(extra + (ALONE if script.boss == "none" else LADDER))


@dataclass
class Player:
    """One incident under rehearsal. `fired`: what an outbox would hold; `sent`: whom it wrote to and when."""

    script: Script
    policy: Policy
    directory: Directory = field(default_factory=dict)
    fired: list[Fired] = field(default_factory=list)
    sent: list[tuple[str, datetime]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        start, script = self.script.start, self.script
        told_us = script.answers["found"] == "client"
        parties = tuple(Party(key, "client", told_us=told_us and key == "C1") for key in script.parties)
        self.incident = Incident("T", "I", "R", "R", start, level=script.level, parties=parties)

    # --- what people do -----------------------------------------------------------------------
    def act(self, step: Step) -> None:
        handle = getattr(self, f"_{step.verb}", None)
        if handle:
            handle(step)
        else:
            self.event(step, SIMPLE[step.verb])

    def event(self, step: Step, what: What, actor: str = "", party: str = "", **data: object) -> None:
        actor = actor or self.incident.handler
        events = (*self.incident.events, Event(step.at, what, actor, party, data))
        self.incident = replace(self.incident, events=events)

    def signal(self, step: Step, name: str, surface: str) -> None:
        signals = (*self.incident.signals, Signal(step.who, name, surface, step.at))
        self.incident = replace(self.incident, signals=signals)

    def _open(self, step: Step) -> None:
        answers = {"still_going": self.script.answers["going"], "reach": self.script.answers["reach"]}
        page = Page("open", "", 1, answers, False, "R", step.at)
        self.incident = replace(self.incident, pages={("open", ""): page})
        self.event(step, What.OPENED)
        if self.script.flags:
            self.event(step, What.LEGAL_SENT, aware_at=step.at.isoformat(), to="P")

    def _breathe(self, step: Step) -> None:
        self.event(step, What.BREATHING, "R", minutes=step.minutes)

    def _halt(self, step: Step) -> None:
        self.event(step, What.HALTED, status="stopped")

    def _tell(self, step: Step) -> None:
        ladder = [] if self.script.boss == "none" else ["B", "F1", "F2"]
        self.event(step, What.TOLD, "R", how="send", ladder=ladder, away=self.script.boss == "away")
        self.event(step, What.TEAM, channel="C")

    def _ack(self, step: Step) -> None:
        self.signal(step, "eyes", "notice")

    def _see(self, step: Step) -> None:
        self.signal(step, "eyes", "card")

    def _help(self, step: Step) -> None:
        self.signal(step, "raising_hand", "card")

    def _ok(self, step: Step) -> None:
        self.event(step, What.APPROVED, step.who, gate="plan")

    def _contact(self, step: Step) -> None:
        self._talk(step, What.CONTACTED, result="reached")

    def _update(self, step: Step) -> None:
        self._talk(step, What.UPDATED)

    def _talk(self, step: Step, what: What, **data: object) -> None:
        promised = step.promised.isoformat() if step.promised else None
        self.event(step, what, party=step.who, promised=promised, **data)

    def _voicemail(self, step: Step) -> None:
        self.event(step, What.CONTACTED, party=step.who, result="voicemail", email=True)

    def _offer(self, step: Step) -> None:
        self.event(step, What.OFFERED, to=step.who)

    def _accept(self, step: Step) -> None:
        self.event(step, What.ACCEPTED, step.who)
        self.incident = replace(self.incident, handler=step.who)

    def _fixed(self, step: Step) -> None:
        self.event(step, What.FIXED, later=[])

    def _level(self, step: Step) -> None:
        before, after = self.incident.level, Level.from_word(step.word)
        self.event(step, What.LEVEL, before=before.word, after=after.word)
        self.incident = replace(self.incident, level=after)

    # --- what the bot does --------------------------------------------------------------------
    def planned(self) -> tuple[Due, ...]:
        return plan(self.incident, self.policy, self.directory, self.fired)

    def run(self) -> list[Line]:
        """Human acts and due times in order; acts of a minute before its timers."""
        steps = list(self.script.steps)
        now = self.script.start
        while True:
            due = min((self._goes_at(group, now) for group in messages(self.planned())), default=None)
            if steps and (due is None or steps[0].at <= due):
                now = max(now, steps[0].at)
                self.act(steps.pop(0))
            elif due is None or due > self.script.until:
                return self.lines
            else:
                now = due
                self.fire(now)

    def _goes_at(self, group: tuple[Due, ...], now: datetime) -> datetime:
        due, who, at = group[0].due_at, group[0].recipient, max(group[0].due_at, now)
        capped = not any(one.uncapped for one in group) and who != "A"
        mine = [sent for to, sent in self.sent if to == who]
        case = Case(self.incident, self.policy, self.directory, ())
        while True:
            late = max(case.may_go(one.kind, who, at) for one in group) if at > due else at
            goes = free_at(late, mine, self.policy.cap) if capped else late
            if goes == at:
                return at
            at = goes

    def fire(self, now: datetime) -> None:
        ready = [group for group in messages(self.planned()) if self._goes_at(group, now) <= now]
        for group in ready:
            self.sent.append((group[0].recipient, now))
            for due in group:
                self.fired.append(Fired(*due.key, now))
                self.write(due, now)

    def write(self, due: Due, now: datetime) -> None:
        handed_over = self.incident.first(What.ACCEPTED) is not None
        who = name_of(due.kind, due.recipient, handed_over)
        line = self.script.line(now, due.kind, due.step, due.party, who)
        if line:
            self.lines.append(line)


def play(script: Script, extra: str = "", directory: Directory | None = None) -> Player:
    """A script played to its end under the shipped policy and what `extra` changes of it."""
    player = Player(script, policy_for(script, extra), directory or {})
    player.run()
    return player
