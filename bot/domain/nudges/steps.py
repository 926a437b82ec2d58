"""domain: the steps of a chain: what is still owed of one, and the next of several that count on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property, partial

from bot.domain.incident import What
from bot.domain.nudges.case import Case
from bot.domain.nudges.model import AGAIN, Due, Spent, ordinal
from bot.domain.worktime import MINUTE, whole_minute

When = Callable[[str], datetime]
"""Recipient -> due time, on their own clock."""
Next = Callable[[int, datetime, str], datetime]
"""Step, time of the step before (of the cause, for the first), recipient -> due time."""
Who = Callable[[int], str]
"""Step -> recipient, "" for nobody."""
Nudges = Iterator[Due | Spent]
Slot = tuple[str, str, int]  # kind, party, ordinal


def at(moment: datetime) -> When:
    """At that moment, whoever it is for."""
    return lambda user: moment


class Desk:
    """One incident's chains at work: the case, and what went out, was skipped or was snoozed."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.incident = case.incident
        self.policy = case.policy

    # --- when, as chains say it ---------------------------------------------------------------
    def timer(self, since: datetime, minutes: int) -> When:
        return lambda user: self.case.after(since, minutes, user)

    def morning(self, since: datetime, days: int) -> When:
        return lambda user: self.case.morning(since, days, user)

    def every(self, minutes: int) -> Next:
        return lambda number, before, user: self.case.after(before, minutes, user)

    def mornings(self, first: int, then: int) -> Next:
        """Working days to the first, and between the others."""
        return lambda number, before, user: self.case.morning(before, first if number == 1 else then, user)

    # --- what went out ------------------------------------------------------------------------
    @cached_property
    def _done(self) -> dict[Slot, tuple[str, datetime]]:
        """Slot -> (recipient, time) of what was sent, or skipped with a reason."""
        skipped = {
            (str(e.data["nudge"]), e.party, int(e.data["ordinal"])): (e.actor, e.at)
            for e in self.incident.all(What.SKIPPED)
        }
        return skipped | {(f.kind, f.party, f.ordinal): (f.recipient, f.at) for f in self.case.fired}

    @cached_property
    def _snoozed(self) -> dict[Slot, datetime]:
        """Slot -> until when somebody moved that one nudge."""
        return {
            (str(e.data["nudge"]), e.party, int(e.data["ordinal"])): datetime.fromisoformat(e.data["until"])
            for e in self.incident.all(What.SNOOZED)
        }

    def run(self, start: datetime) -> int:
        """The number of the run that this moment began (see `model.ordinal`)."""
        return (whole_minute(start) - whole_minute(self.incident.created_at)) // MINUTE

    def sent(self, kind: str, start: datetime, number: int = 1, party: str = "") -> datetime | None:
        """When this step went out to the first of its recipients, or None."""
        run = self.run(start)
        slots = (self._done.get((kind, party, ordinal(run, number, second))) for second in (False, True))
        return min((slot[1] for slot in slots if slot), default=None)

    def step(
        self,
        kind: str,
        start: datetime,
        when: When,
        main: str,
        second: str = "",
        *,
        number: int = 1,
        party: str = "",
        since: datetime | None = None,
    ) -> Iterator[Due]:
        """What is still owed of one step: to its main recipient, and to a second one.

        `since`: from when the second one stood for their part; whoever came after the step gets none of it.
        """
        run = self.run(start)
        slots = [ordinal(run, number, False), ordinal(run, number, True)]
        done = [self._done.get((kind, party, slot)) for slot in slots]
        had = {entry[0] for entry in done if entry}
        users = [main, "" if second == main else second]
        for slot, entry, user in zip(slots, done, users, strict=True):
            if entry:
                yield from self._again(kind, party, slot, number, user)
            elif user and user not in had and self.case.may_get(kind, user):
                moment = self._moved((kind, party, slot), self.case.by_night(kind, user, when(user)))
                late = user == second and had and since and since > moment
                if not late:
                    yield self._due((kind, party, slot), user, moment)

    def _due(self, slot: Slot, user: str, at: datetime) -> Due:
        rule = self.policy.nudges[slot[0]]
        public = rule.in_thread and self.case.has_thread() and slot[2] % 2 == 0
        return Due(whole_minute(at), rule.priority, *slot, user, public, rule.uncapped)

    def _moved(self, slot: Slot, at: datetime) -> datetime:
        """A snooze moves the nudge it names; of one that is out already, the next of its kind."""
        if slot in self._snoozed:
            return self._snoozed[slot]
        kind, party, number = slot
        before = self._snoozed.get((kind, party, number - 2))
        return max(at, before) if before else at

    def _again(self, kind: str, party: str, slot: int, number: int, user: str) -> Iterator[Due]:
        """The last of its kind was snoozed after it had gone out: it comes once more."""
        until, repeat = self._snoozed.get((kind, party, slot)), slot + 2 * AGAIN
        _, went = self._done[kind, party, slot]
        last = number == self.policy.nudges[kind].times
        if until and until > went and last and user and (kind, party, repeat) not in self._done:
            yield self._due((kind, party, repeat), user, until)

    def series(
        self,
        kind: str,
        start: datetime,
        when: Next,
        main: str,
        second: Who = lambda number: "",
        *,
        party: str = "",
        first: datetime | None = None,
        since: datetime | None = None,
    ) -> Nudges:
        """Steps that each count from the one before (the first from `first`, or from the cause)."""
        rule = self.policy.nudges[kind]
        previous = first or start
        if self.case.settled(rule.chain, party, start):
            return
        for number in range(1, rule.times + 1):
            next_at = partial(when, number, previous)
            yield from self.step(
                kind, start, next_at, main, second(number),
                number=number, party=party, since=since or self.case.lead_since,
            )  # fmt: skip
            sent = self.sent(kind, start, number, party)
            if sent is None:
                return
            previous = self.case.on_it(rule.chain, party, max(sent, previous))
        yield Spent(rule.chain, previous)
