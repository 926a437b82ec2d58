"""domain: how nudges reach a person: one message a minute, not too many an hour, and once after a silence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.domain.incident import Incident
from bot.domain.nudges.case import Case
from bot.domain.nudges.model import Due, Fired, Key
from bot.domain.nudges.planner import plan
from bot.domain.rules import Policy
from bot.domain.worktime import Directory, whole_minute

HOUR = timedelta(hours=1)


def messages(dues: Iterable[Due]) -> list[tuple[Due, ...]]:
    """Nudges for one person in one minute are one message in each place."""
    ordered = sorted(dues, key=lambda due: (due.due_at, due.recipient, due))
    groups = groupby(ordered, key=lambda due: (due.due_at, due.recipient))
    return [tuple(group) for _, group in groups]


def free_at(now: datetime, sent: Iterable[datetime], cap: int) -> datetime:
    """When a message under the cap may go to somebody who had messages at these times: now, or later."""
    recent = sorted(at for at in set(sent) if now - HOUR < at <= now)
    return now if len(recent) < cap else recent[-cap] + HOUR


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What to send now; what has been overtaken by it: not sent, and recorded as left out; and what is late
    and meets its recipient's night or a closed window: from when on it may go.
    """

    send: tuple[Due, ...]
    overtaken: tuple[Due, ...]
    waits: tuple[tuple[Due, datetime], ...] = ()


def catch_up(
    incident: Incident,
    policy: Policy,
    directory: Directory,
    fired: Iterable[Fired],
    now: datetime,
    held: Collection[Key] = (),
) -> CaughtUp:
    """Everything due by now, as if each nudge had gone at its time: of every chain only the newest is sent.

    After a silence the ladder is asked once, at the rung it has reached by now, and each person's reminders
    of one chain are one. On time nothing is overtaken. What was `held` back on purpose, by the cap or for the
    night, counts from now: that delays the steps after it, and takes none away.
    """
    before, minute = list(fired), whole_minute(now)
    gone, overtaken = list(before), []
    newest: dict[tuple[str, ...], Due] = {}
    while due := [nudge for nudge in plan(incident, policy, directory, gone) if nudge.due_at <= now]:
        for nudge in due:
            chain = policy.nudges[nudge.kind].chain
            ladder = chain == "ack" and nudge.recipient != incident.reporter  # R only hears of it
            line = (chain, nudge.party, "" if ladder else nudge.recipient)
            if line in newest:
                overtaken.append(newest[line])
            newest[line] = nudge
            gone.append(Fired(*nudge.key, minute if nudge.key in held else nudge.due_at))
    strangers = _never_asked(incident, policy, before, newest.values())
    send = sorted(nudge for nudge in newest.values() if nudge.recipient not in strangers)
    overtaken += [nudge for nudge in newest.values() if nudge.recipient in strangers]
    case = Case(incident, policy, directory, ())
    times = {n: case.may_go(n.kind, n.recipient, now) for n in send if n.due_at < minute}
    waits = {n: at for n, at in times.items() if at > now}
    return CaughtUp(tuple(n for n in send if n not in waits), tuple(overtaken), tuple(waits.items()))


def _never_asked(
    incident: Incident, policy: Policy, before: Iterable[Fired], newest: Iterable[Due]
) -> set[str]:
    """Rungs of the ladder that nobody has asked: they know of nothing, so no other nudge goes to them."""
    asked = {f.recipient for f in before if policy.nudges[f.kind].chain == "ack" and not f.left_out}
    asked |= {nudge.recipient for nudge in newest if policy.nudges[nudge.kind].chain == "ack"}
    known = {incident.reporter, incident.handler, incident.lead, *incident.told_members}
    return set(incident.ladder) - asked - known
