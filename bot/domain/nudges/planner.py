"""domain: the plan of an incident's nudges: what its record, the policy and what went out say is next.

Pure and without a clock: the same record gives the same plan, however often and in whatever order its rows
were written. A plan holds of each chain and recipient what comes next, at times past or future.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain as chained
from itertools import groupby

from bot.domain.incident import Incident
from bot.domain.nudges import after, legal, parties, team, telling
from bot.domain.nudges.case import Case
from bot.domain.nudges.model import Due, Fired, Spent
from bot.domain.nudges.steps import Desk, Nudges
from bot.domain.record import Event, What
from bot.domain.rules import Policy
from bot.domain.status import Status
from bot.domain.worktime import Directory

Chain = Callable[[Desk], Nudges]

BEFORE_OPENING: tuple[Chain, ...] = (team.resume,)
AFTER_CLOSING: tuple[Chain, ...] = (
    after.review, after.letter, after.satisfied, after.actions, after.let_go, after.check_in, legal.legal,
)  # fmt: skip
WHILE_OPEN: tuple[Chain, ...] = (
    team.resume, telling.breathe, telling.halt, telling.tell, telling.notify, telling.ack, parties.first,
    parties.retry, parties.updates, team.internal, team.gate, team.handover, team.recur, team.stale,
    after.debrief, *AFTER_CLOSING,
)  # fmt: skip
OUTLIVE = frozenset({"rev", "prev", "sat", "act", "letgo", "checkin", "legal"})  # the chains of those
CHAINS = {Status.DRAFT: BEFORE_OPENING, Status.CLOSED: AFTER_CLOSING, Status.CANCELLED: ()}


def plan(incident: Incident, policy: Policy, directory: Directory, fired: Iterable[Fired]) -> tuple[Due, ...]:
    """What is due next, in every chain and for every recipient; earliest and most urgent first."""
    incident = replace(incident, events=in_order(incident.events))
    desk = Desk(Case(incident, policy, directory, tuple(fired)))
    nudges = list(chained.from_iterable(chain(desk) for chain in CHAINS.get(incident.status, WHILE_OPEN)))
    spent = [item for item in nudges if isinstance(item, Spent) and incident.status is not Status.CLOSED]
    dues = chained(nudges, team.still(desk, (s for s in spent if s.chain in HOLDS)))
    return tuple(sorted(due for due in dues if isinstance(due, Due)))


def comes_along(
    incident: Incident, policy: Policy, directory: Directory, fired: Iterable[Fired]
) -> tuple[Due, ...]:
    """What's no nudge of its own and has a time of its own: the card of an incident that no one leads."""
    incident = replace(incident, events=in_order(incident.events))
    return tuple(telling.unanswered(Desk(Case(incident, policy, directory, tuple(fired)))))


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by time, those of one moment by kind, and each of them once."""
    ordered = sorted(events, key=lambda event: (event.at, ORDER[event.what], event.actor, event.party))
    return tuple(event for event, _ in groupby(ordered))


ORDER = {what: number for number, what in enumerate(What)}
# Chains whose end leaves something undone that somebody has to hear of each working day.
HOLDS = frozenset({"halt", "tell", "ack", "first", "retry", "upd", "gate", "hand"})


def still_due(
    incident: Incident, policy: Policy, directory: Directory, fired: Iterable[Fired], due: Due
) -> Due | None:
    """The re-check at claim: this nudge as it stands now (its time may have moved), or None: it is gone."""
    return next((now for now in plan(incident, policy, directory, fired) if now.key == due.key), None)
