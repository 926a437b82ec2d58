"""guide: the hub after `send`: what is done, what waits, and the one step that is recommended next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import talks
from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.nudges.case import nobody_reachable
from bot.domain.rules import Policy
from bot.domain.stage import Stage
from bot.guide import flow, sight
from bot.guide.flow import Spot
from bot.guide.outcome import Hub, Reader, Step
from bot.guide.own_data import Look, looks
from bot.guide.reader import reader
from bot.guide.work import Work
from bot.stages import find
from bot.store import posts
from bot.store.calendars import directory
from bot.store.posts import MORE, RCARD, Post, State
from bot.store.rooms import ROOM, ROOM_LEFT

# Pages that are moves rather than steps: always offered last, never recommended.
MOVES = ("handover", "cancel", "close", "reopen")
QUIET = (RCARD, "door", "copy", MORE, ROOM, ROOM_LEFT)  # messages that are no news to anyone
OFFERED = ("see_timeline", "tell")  # what buttons of the hub ask for
SOON = timedelta(minutes=20)


def hub(work: Work, incident: Incident, user: str) -> Hub:
    """The hub of that incident for that person, who may see it (the caller has checked)."""
    incident = sight.look(work, incident, user, "hub")
    steps = _steps(incident, user, work.policy)
    return Hub(
        incident=incident,
        reader=reader(work, incident, user),
        steps=steps,
        recommended=_recommended(incident, steps, work.now),
        posts=tuple(posts.of_incident(work.store, incident.id)),
        asleep=_asleep(work, incident, user),
        may=frozenset(act for act in OFFERED if work.may(act, incident, user)),
    )


def _asleep(work: Work, incident: Incident, user: str) -> tuple[tuple[str, str], ...]:
    """For H, while nobody of the ladder may be called before the morning: whom they could ring (4.4)."""
    if user != incident.handler or not incident.live or incident.level is not Level.CRITICAL:
        return ()
    people = directory(work.store, incident, work.policy)
    if not nobody_reachable(incident, work.policy, people, work.now):
        return ()
    return tuple((one, work.policy.phones.get(one, "")) for one in incident.ladder)


def next_spot(incident: Incident, user: str, policy: Policy, now: datetime) -> Spot | None:
    """Where that person would go on: the line's first open page, else what the hub recommends."""
    if not incident.live:
        return None
    spot = flow.unsaved(incident, flow.line(incident, user, policy))
    if spot:
        return spot
    stage, _, party = _recommended(incident, _steps(incident, user, policy), now).partition(":")
    return Spot(stage, party) if stage else None


def _steps(incident: Incident, user: str, policy: Policy) -> tuple[Step, ...]:
    return tuple(
        Step(stage=s.stage, party=s.party, state=_state(incident, stage, s.party))
        for s in flow.spots(incident, user, policy)
        if (stage := find(s.stage))
    )


def _state(incident: Incident, stage: Stage, party: str) -> str:
    if stage.key in MOVES:
        return "move"
    if stage.is_done(incident, party):
        return "done"
    if stage.optional(incident):
        return "optional"
    page, reopened = incident.page(stage.key, party), incident.reopened_at
    unsent = stage.key == flow.SEND.stage and incident.untold
    if page is None or stage.repeats or unsent or (reopened and page.saved_at < reopened):
        return "open"
    return "optional" if page.skipped else "waiting"


def _recommended(incident: Incident, steps: tuple[Step, ...], now: datetime) -> str:
    """A promise that is about to fall due; harm that runs; else the first step that is not done; "" when
    nothing is left.
    """
    for step in steps:
        promise = talks.promise(incident, step.party) if step.stage == "update" else None
        if promise and promise[0] - now <= SOON:
            return f"{step.stage}:{step.party}"
    todo = [s for s in steps if s.state == "open"] or [s for s in steps if s.stage == "close"]
    if _runs_on(incident):
        todo = [s for s in steps if s.stage == "halt"] or todo
    return f"{todo[0].stage}:{todo[0].party}" if todo else ""


def _runs_on(incident: Incident) -> bool:
    """It may do harm still, and somebody can stop it."""
    return incident.harm_may_run and incident.answer("halt", "halt_status") != "cannot"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What will be reminded of, and what went out, for one person in one incident."""

    reader: Reader
    incident: Incident
    waiting: tuple[Post, ...]
    sent: tuple[Post, ...]
    looks: tuple[Look, ...]  # of others, for the reporter's eyes


def ledger(work: Work, key: str, user: str) -> Ledger:
    """Reminders still to come and messages sent, as far as this person may know of them. Raises: NotFound."""
    incident = sight.look(work, work.incident(key, user, "see_timeline"), user, "timeline")
    known = posts.of_incident(work.store, key)
    shown = [p for p in known if p.place != "thread" and p.kind not in QUIET]
    theirs = incident.reporter if user != incident.reporter else ""  # reminders that are R's alone
    all_of_it = user in (incident.reporter, incident.handler)
    mine = [p for p in shown if p.recipient == user or (all_of_it and p.recipient != theirs)]
    waiting = tuple(p for p in mine if p.state is State.PENDING)
    sent = tuple(p for p in mine if p.sent_at)
    seen = looks(work, incident) if work.may("see_who_looked", incident, user) else ()
    return Ledger(reader(work, incident, user), incident, waiting, sent, seen)
