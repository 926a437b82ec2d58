"""A second account of some rows of the nudge catalogue (product.md 4.2, 4.3), to hold the bot against.

It knows the level large, one zone and whole minutes, and nothing of the planner: minutes are counted singly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
LADDER = ("B", "F1", "F2")
# --- the rows, as data: (kind, minutes after the step before, whom) ------------------------------------
HALT = (("halt", 10, "H"),) * 3
TELL = (("tell", 15, "R"),) * 2
ACK = (("ack.1", 15, "B"), ("ack.2", 15, "F1"), ("ack.3", 15, "F2"), ("ack.end", 15, "CADMIN"))
HALF = (("first.half", 60, "H"),)
FIRST = (("first.due", 120, "HL"), *(("first.over", 30, whom) for whom in ("HL", "H", "H", "HL")))
RETRY = (("retry", 30, "H"),) * 3
UPD = (("upd.due", 0, "H"), ("upd.over", 15, "HL"), ("upd.over", 30, "H"), ("upd.over", 30, "HL"))
PRE, PRE_IF = 10, 30  # minutes before the promise; only if it was made so many minutes ahead of it
INT, NEAR = 60, 10  # minutes after anybody said something; not so near to an open promise


def day_open(at: datetime) -> bool:
    """The window of large: daily 07-22."""
    return 7 <= at.hour < 22


def by_day(at: datetime) -> datetime:
    """Then, or when the night is over."""
    while not day_open(at):
        at += MINUTE
    return at


def office_open(at: datetime) -> bool:
    """Working hours: Monday to Friday, 09-18."""
    return at.weekday() < 5 and 9 <= at.hour < 18


def counted(since: datetime, minutes: int) -> datetime:
    """So many minutes of the window later, counted one by one; it ends in an open minute."""
    at = since
    while not day_open(at) or minutes:
        minutes -= day_open(at)
        at += MINUTE
    return at


Slot = tuple[object, ...]  # chain, party, run, number, second: names one nudge for good
Went = tuple[datetime, str, bool]  # when, to whom, whether it was sent (else overtaken)
Steps = Sequence[tuple[str, int, str]]


@dataclass(frozen=True, order=True)
class Nudge:
    """`run`: the moment its chain began; `number`: which step of that run; `second`: the lead's part."""

    at: datetime
    kind: str
    party: str
    to: str
    run: datetime
    number: int
    second: bool = False

    @property
    def slot(self) -> Slot:
        chain = {"first.half": "half", "upd.pre": "pre"}.get(self.kind, self.kind.split(".")[0])
        return chain, self.party, self.run, self.number, self.second

    @property
    def line(self) -> tuple[str, ...]:
        """What comes late is one nudge a line: the ladder as a whole, else a chain, a party and a person."""
        return ("ack",) if self.kind.startswith("ack") else (self.kind.split(".")[0], self.party, self.to)


@dataclass
class Fact:
    at: datetime
    what: str
    who: str = "R"
    party: str = ""
    promised: datetime | None = None


@dataclass
class Model:
    """One incident: what people did, and what the bot did about it."""

    reporter: str
    handler: str
    opened: datetime
    harm: bool
    parties: tuple[str, ...]
    facts: list[Fact] = field(default_factory=list)
    went: dict[Slot, Went] = field(default_factory=dict)
    held: set[tuple[Slot, str]] = field(default_factory=set)  # back for the night: what follows counts anew

    def last(self, *what: str, party: str = "") -> Fact | None:
        return next((f for f in reversed(self.facts) if f.what in what and party in ("", f.party)), None)

    def first_act(self) -> Fact | None:  # of the ladder: it acknowledges, and makes them the lead
        return next((f for f in self.facts if f.what == "act"), None)

    def promise(self, party: str) -> tuple[datetime, datetime] | None:
        """The open one: (for when, made when). "Fixed" ends those that were made before it."""
        said, fixed = self.last("contact", "update", party=party), self.last("fixed")
        over = fixed and said and fixed.at >= said.at
        return (said.promised, said.at) if said and said.promised and not over else None

    def lead(self, chain: str, due: datetime) -> tuple[str, datetime | None]:
        """Who leads, since when; nobody yet: for `first.*` whoever was asked last before that minute."""
        act, told = self.first_act(), self.last("told")
        if act or not told or chain != "first":
            return (act.who, act.at) if act else ("", None)
        went = {n: self.went.get(("ack", "", told.at, n, False)) for n in (2, 3, 4)}
        later = [(LADDER[n - 1 :][:1], w[0]) for n, w in went.items() if w and w[2] and w[0] < due]
        return "".join([LADDER[:1], *(who for who, _ in later)][-1]), told.at

    def chains(self) -> Iterator[Iterator[Nudge]]:
        closed, fixed, told, acted = (self.last(w) for w in ("closed", "fixed", "told", "act"))
        if closed:
            yield iter([Nudge(closed.at, "letgo", "", self.reporter, closed.at, 1)])
            return
        if self.harm and not self.last("halted") and not fixed:
            yield self.steps(HALT, self.opened)
        if not told:
            yield self.steps(TELL, self.opened)
        elif not acted:
            yield self.steps(ACK, told.at)
        for party in self.parties:
            yield from self.of_party(party)
        if not fixed:
            yield self.note()

    def of_party(self, party: str) -> Iterator[Iterator[Nudge]]:
        tries = [f.at for f in self.facts if f.what == "voicemail" and f.party == party]
        reached, promise = self.last("contact", party=party), self.promise(party)
        if not reached and not tries:
            if ("first", party, self.opened, 1, False) not in self.went:
                yield self.steps(HALF, self.opened, party)
            yield self.steps(FIRST, self.opened, party)
        if tries and not reached and len(tries) < 3:
            yield self.steps(RETRY, self.opened, party, tries[-1])
        if promise:
            promised, made = promise
            if promised - made >= PRE_IF * MINUTE and ("upd", party, made, 1, False) not in self.went:
                yield iter([Nudge(promised - PRE * MINUTE, "upd.pre", party, self.handler, made, 1)])
            yield self.steps(UPD, made, party, promised, wall=True)

    def note(self) -> Iterator[Nudge]:
        """Once a gap, unless a promise is near; outside working hours only while something is urgent."""
        said = [f.at for f in self.facts if f.what in ("told", "contact", "update", "note")]
        if not (said := [*said, *(f.at for f in self.facts if f is self.first_act())]):
            return
        gap = max(said)
        due, promises = counted(gap, INT), [p[0] for party in self.parties if (p := self.promise(party))]
        work = next(at for n in range(10_000) if office_open(at := due + n * MINUTE))
        urgent = (self.harm and not self.last("halted")) or any(promised < work for promised in promises)
        near = any(abs(due - promised) <= NEAR * MINUTE for promised in promises)
        if not near and (urgent or office_open(due)):
            yield Nudge(due, "int.due", "", self.handler, gap, 1)

    def steps(
        self,
        steps: Steps,
        run: datetime,
        party: str = "",
        since: datetime | None = None,
        *,
        wall: bool = False,
    ) -> Iterator[Nudge]:
        """The next step of a chain for its handler, and the next for the lead: each counts from the last."""
        chain = {"first.half": "half"}.get(steps[0][0], steps[0][0].split(".")[0])
        for second in (False, True):
            before = since if wall and since else run
            for number, (kind, gap, whom) in enumerate(steps, 1):
                mine, other = ((chain, party, run, number, s) for s in (second, not second))
                begin = max(before, since or before)
                at = begin + gap * MINUTE if wall else counted(begin, gap)
                at = by_day(at) if kind == "upd.over" else at
                lead, leads_since = self.lead(chain, at)
                to = {"H": self.handler, "HL": self.handler, "R": self.reporter}.get(whom, whom)
                if second:
                    leads = whom == "HL" and lead != self.handler and leads_since and leads_since <= at
                    to = lead if leads else ""
                if mine not in self.went and to and self.went.get(other, (at, "", True))[1] != to:
                    yield Nudge(at, kind, party, to, run, number, second)
                    break
                before = (self.went.get(mine) or self.went.get(other) or (at,))[0]

    def owed(self, now: datetime) -> tuple[set[Nudge], set[Nudge], set[Nudge]]:
        """What is to be sent now, what a later step of its line has overtaken (product.md 4.3, F39), and what
        is late and has met the night.
        """
        minute = now.replace(second=0, microsecond=0)
        kept, overtaken = dict(self.went), set[Nudge]()
        newest: dict[tuple[str, ...], Nudge] = {}
        while due := [n for ns in self.chains() for n in ns if n.at <= now and n.slot not in self.went]:
            for nudge in sorted(due):
                overtaken |= {newest[nudge.line]} if nudge.line in newest else set()
                newest[nudge.line] = nudge
                counts = minute if (nudge.slot, nudge.to) in self.held else nudge.at
                self.went[nudge.slot] = (counts, nudge.to, True)
        self.went = kept
        # Rungs that were passed over in a silence know of nothing: nothing else goes to them.
        asked = {who for slot, (_, who, sent) in self.went.items() if slot[0] == "ack" and sent}
        asked |= {n.to for n in newest.values() if n.kind[:3] == "ack"} | {"B", self.lead("", now)[0]}
        left = {n for n in newest.values() if n.to in set(LADDER) - asked}
        send = set(newest.values()) - left
        late = {n for n in send if n.at < minute and not day_open(now) and n.to != "CADMIN"}
        waits = {n for n in late if n.kind not in ("upd.pre", "upd.due")}
        return send - waits, overtaken | left, waits
