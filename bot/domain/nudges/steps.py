"""domain: the steps of a chain: what is still owed of one, and the next of several that count on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from bot.domain.nudges.case import Case
from bot.domain.nudges.model import AGAIN, Due, Spent, ordinal, step_of
from bot.domain.record import What
from bot.domain.worktime import MINUTE, whole_minute

When = Callable[[Case, str], datetime]
"""The case as it stands or stood, recipient -> due time, on their own clock."""
Next = Callable[[Case, int, datetime, str], datetime]
"""The case, step, time of the step before (of the cause, for the first), recipient -> due time."""
Who = Callable[[int], str]
"""Step -> recipient, "" for nobody."""
Nudges = Iterator[Due | Spent]
Slot = tuple[str, str, int]  # kind, party, ordinal


def nobody(number: int) -> str:
    return ""


def at(moment: datetime) -> When:
    """At that moment, whoever it is for."""
    return lambda case, user: moment


class Desk:
    """One incident's chains at work: the case, and what went out, was skipped or was snoozed."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.incident = case.incident
        self.policy = case.policy

    # --- when, as chains say it ---------------------------------------------------------------
    def timer(self, since: datetime, key: str, times: int = 1) -> When:
        """So many times the minutes of that row of the cadence table."""
        return lambda case, user: case.after(since, case.minutes(key), user, times)

    def morning(self, since: datetime, days: int) -> When:
        return lambda case, user: case.morning(since, days, user)

    def every(self, key: str) -> Next:
        return lambda case, number, before, user: case.after(before, case.minutes(key), user)

    def mornings(self, key: str, then: int) -> Next:
        """A row of working days to the first ("": as between the others), and the days between the others."""
        return lambda case, number, before, user: case.morning(
            before, case.days(key) if key and number == 1 else then, user
        )

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

    def slot(
        self, kind: str, start: datetime, number: int = 1, second: bool = False, party: str = ""
    ) -> Slot:
        """The name of one recipient's part of a step, in the run that `start` began."""
        run = (whole_minute(start) - whole_minute(self.incident.created_at)) // MINUTE
        return kind, party, ordinal(run, number, second)

    def went(self, slot: Slot) -> datetime | None:
        """When that recipient's part of a step went out, or was skipped; None: it hasn't."""
        return self._done[slot][1] if slot in self._done else None

    def sent(self, kind: str, start: datetime, number: int = 1, party: str = "") -> datetime | None:
        """When this step went out to the first of its recipients, or None."""
        both = (self.went(self.slot(kind, start, number, second, party)) for second in (False, True))
        return min((moment for moment in both if moment), default=None)

    # --- what is still owed -------------------------------------------------------------------
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
        """What is still owed of one step, to its main recipient and to a second one.

        `since`: from when on the main recipient has had a part.
        """
        yield from self._owed(self.slot(kind, start, number, False, party), when, main, since)
        if second != main:
            yield from self._owed(self.slot(kind, start, number, True, party), when, second)

    def _owed(self, slot: Slot, when: When, user: str, since: datetime | None = None) -> Iterator[Due]:
        """One recipient's part of a step, unless it went, or went to the same person as the other part.

        No one is sent what was due, as things stood then, before they had a part (`since`).
        """
        kind, party, number = slot
        other = self._done.get((kind, party, number ^ 1))
        if slot in self._done:
            yield from self._again(slot, user)
        elif user and self.case.may_get(kind, user) and not (other and other[0] == user):
            moment = self._moved(slot, self.case.by_night(kind, user, when(self.case, user)))
            if since is None or not self._passed_before(since, kind, user, when):
                yield self._due(slot, user, moment)

    def _passed_before(self, since: datetime, kind: str, user: str, when: When) -> bool:
        """A level raised later, or a reopening, brings nothing back that had passed by then."""
        stood = self.case.as_of(since)
        return self.case.by_night(kind, user, when(stood, user)) < whole_minute(since)

    def _due(self, slot: Slot, user: str, moment: datetime) -> Due:
        rule = self.policy.nudges[slot[0]]
        public = rule.in_thread and self.case.has_thread and slot[2] % 2 == 0
        return Due(whole_minute(moment), rule.priority, *slot, user, public, rule.uncapped)

    def _moved(self, slot: Slot, moment: datetime) -> datetime:
        """A snooze moves the nudge it names; of one that is out already, the next of its kind."""
        if slot in self._snoozed:
            return self._snoozed[slot]
        kind, party, number = slot
        before = self._snoozed.get((kind, party, number - 2))
        return max(moment, before) if before else moment

    def _again(self, slot: Slot, user: str) -> Iterator[Due]:
        """The last of its kind was snoozed after it had gone out: it comes once more."""
        kind, party, number = slot
        until, (_, went) = self._snoozed.get(slot), self._done[slot]
        repeat = (kind, party, number + 2 * AGAIN)
        last = step_of(number) == self.policy.nudges[kind].times
        if until and until > went and last and user and repeat not in self._done:
            yield self._due(repeat, user, until)

    # --- steps that count from each other -----------------------------------------------------
    def series(
        self,
        kind: str,
        start: datetime,
        when: Next,
        main: str,
        second: Who = nobody,
        *,
        party: str = "",
        ticked: datetime | None = None,
    ) -> Nudges:
        """As many steps of one kind as its rule says, each counted from the one before."""
        steps = [(kind, number) for number in range(1, self.policy.nudges[kind].times + 1)]
        yield from self.track(steps, start, when, main, second, party=party, ticked=ticked)

    def track(
        self,
        steps: Sequence[tuple[str, int]],
        start: datetime,
        when: Next,
        main: str,
        second: Who = nobody,
        *,
        party: str = "",
        ticked: datetime | None = None,
    ) -> Nudges:
        """Steps (kind, number) that each count from the one before, for either recipient on their own clock.

        `second` is asked for each step, from 1; what is not for them passes at its time. `ticked`: from
        when on a tick in the thread settles all of it (the start, unless said).
        """
        chain = self.policy.nudges[steps[0][0]].chain
        if self.case.settled(chain, party, ticked or start):
            return
        mine = [self.slot(kind, start, number, False, party) for kind, number in steps]
        theirs = [(kind, party, number + 1) for kind, party, number in mine]
        others = [second(index) for index in range(1, len(steps) + 1)]
        yield from self._side(mine, [main] * len(steps), start, when)
        if any(others):
            apart = ["" if other == main else other for other in others]
            yield from self._side(theirs, apart, start, when, self.case.lead_since)
        ends = [self.went(slot) for slot in mine]
        if all(ends):
            yield Spent(chain, max(end for end in ends if end))

    def _side(
        self,
        slots: Sequence[Slot],
        users: Sequence[str],
        before: datetime,
        when: Next,
        since: datetime | None = None,
    ) -> Iterator[Due]:
        """One recipient's way along the steps, up to the first that is still to come.

        What isn't for them passes at its time by their clock, or when it went to the other.
        """
        own = next(filter(None, users), self.case.handler)
        for index, (slot, user) in enumerate(zip(slots, users, strict=True), 1):
            kind, party, number = slot
            at_next = _at(when, index, before)
            owed = list(self._owed(slot, at_next, user, since))
            yield from owed
            went = self.went(slot)
            if owed and not went:
                return
            passed = went or self.went((kind, party, number ^ 1)) or at_next(self.case, user or own)
            before = self.case.on_it(self.policy.nudges[kind].chain, party, max(passed, before))


def _at(when: Next, index: int, before: datetime) -> When:
    """One step's time, the one before having been at `before`."""
    return lambda case, user: when(case, index, before, user)
