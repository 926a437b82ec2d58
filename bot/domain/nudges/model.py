"""domain: a nudge that is due, and one that has been: the rows between the planner and the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Key = tuple[str, str, int, str]
"""(kind, party, ordinal, recipient): what names a nudge for good."""

HOLDING = "holding"  # H's card with what needs no lead: it comes along with the ladder, and is no nudge

STEPS = 100  # steps in one run of a chain; the upper half are repeats that somebody asked for
AGAIN = 50


def ordinal(run: int, step: int, second: bool = False) -> int:
    """One number for: which run of the chain, which step in it, and whether for the second recipient.

    `run` counts whole minutes from the incident's creation to the run's cause, so that the same cause gives
    the same number at each planning, and another cause another one.
    """
    return (run * STEPS + step) * 2 + second


def step_of(number: int) -> int:
    """The step in its run that an ordinal stands for, from 1; a repeat has its nudge's step."""
    return number // 2 % STEPS % AGAIN


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A nudge to come. (kind, party, ordinal, recipient) names it for good; `due_at` may move until it goes.

    `party` is a party's key, or what else a kind is about: an action, a gate, a stage, a chain. `recipient`
    is a user id, or the admins' channel. `in_thread`: the team channel's thread gets its neutral twin.
    """

    due_at: datetime
    priority: int
    kind: str
    party: str
    ordinal: int
    recipient: str
    in_thread: bool = False
    uncapped: bool = False

    @property
    def key(self) -> Key:
        return self.kind, self.party, self.ordinal, self.recipient

    @property
    def step(self) -> int:
        return step_of(self.ordinal)


@dataclass(frozen=True, slots=True)
class Fired:
    """A nudge whose row has been claimed for sending, or that was left out for a reason. `at`: when."""

    kind: str
    party: str
    ordinal: int
    recipient: str
    at: datetime
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """A chain has come to its end at that time, and its reason still holds."""

    chain: str
    at: datetime
