"""A second account of three chains, told minute by minute: `tell`, `ack.*`, `first.*` (product.md 4.2-4.4).

It plans nothing ahead. Each minute it looks at the clock, counts the open minutes behind it, and sends what's
ripe. It knows raised levels, a cancelled incident that's reopened, a lead who comes late, and the nights of a
critical one; no handover, no cap, no silence of the bot, and no one who lives elsewhere than the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

LEVELS = ("small", "medium", "large", "critical")
TELL = dict(zip(LEVELS, (120, 30, 15, 10), strict=True))
ACK = dict(zip(LEVELS, (240, 60, 15, 5), strict=True))
FIRST = dict(zip(LEVELS, (480, 240, 120, 60), strict=True))
AGAIN, DAY = 30, 24 * 60
RUNGS = ("ack.1", "ack.2", "ack.3", "ack.end")
LADDER = ("B", "F1", "F2")
STEPS = ("first.due", "over.1", "over.2", "over.3", "over.4")
TO_LEAD = ("first.due", "over.1", "over.4")


@cache
def minutes_open(level: str, behind: int) -> list[int]:
    """How many minutes of the window lie before each minute of two weeks and a bit."""
    counted = [0]
    for minute in range(17 * DAY):
        day, hour = (minute - behind) // DAY % 7, (minute - behind) % DAY // 60
        office = day < 5 and 9 <= hour < 18
        is_open = {"critical": True, "large": 7 <= hour < 22}.get(level, office)
        counted.append(counted[-1] + is_open)
    return counted


@dataclass
class Minutes:
    """Minutes count from a Monday's midnight, UTC. `away`: person -> minutes their clocks are behind."""

    opened: int
    level: str
    away: dict[str, int]
    client: bool
    told: int | None = None
    acked: dict[str, int] = field(default_factory=dict)
    reached: bool = False
    live: bool = True
    changed: int | None = None  # when the level was raised last
    reopened: int | None = None
    acts: list[int] = field(default_factory=list)  # R's
    sent: dict[tuple[str, str], int] = field(default_factory=dict)  # (step, to) -> when
    ripe: dict[tuple[str, str], int] = field(default_factory=dict)  # (step, person) -> since when
    asleep: dict[tuple[str, str], int] = field(default_factory=dict)  # until when
    late_half: int | None = None  # the half came with a change, not by its own time

    # --- the clock ------------------------------------------------------------------------------------
    def behind(self, who: str) -> int:
        return self.away.get("R" if who == "A" else who, 0)

    def over(self, who: str, since: int, wait: int, now: int) -> bool:
        """So many open minutes lie behind us, and this is one."""
        counted = minutes_open(self.level, self.behind(who))
        return counted[now + 1] > counted[now] and counted[now] - counted[since] >= wait

    def awake(self, who: str, now: int) -> bool:
        local = (now - self.away.get(who, 0)) % DAY // 60
        by_day = 7 <= local < 22 or self.level != "critical" or who == "A"
        ladder = self.told is not None and who in LADDER
        return by_day or ladder or (who == "R" and any(0 <= now - act <= 60 for act in self.acts))

    # --- one minute -----------------------------------------------------------------------------------
    def minute(self, now: int) -> Iterator[tuple[int, str, str]]:
        """What goes out in that minute: (minute, step, to)."""
        for step, to in self.due(now) if self.live else ():
            key = (step, to)
            if key in self.sent:
                continue
            if key not in self.asleep and not self.awake(to, now):
                self.asleep[key] = next(
                    m for m in range(now, now + DAY) if (m - self.away.get(to, 0)) % DAY == 420
                )
            if now >= self.asleep.get(key, now):
                self.sent[key] = now
                yield now, step, to

    def due(self, now: int) -> list[tuple[str, str]]:
        found = []
        if self.told is None:
            found += self.telling(now)
        elif not self.acked:
            found += self.asking(now)
        if self.client and not self.reached:
            found += self.contact(now)
        return found

    def telling(self, now: int) -> Iterator[tuple[str, str]]:
        base = self.opened
        for step in ("tell.1", "tell.2"):
            if (step, "R") in self.sent:
                base = self.sent[step, "R"]
            elif self.over("R", base, TELL[self.level], now):
                yield step, "R"
                return
            else:
                return

    def asking(self, now: int) -> Iterator[tuple[str, str]]:
        base = self.told or 0
        for step, to in zip(RUNGS, (*LADDER, "A"), strict=True):
            if (step, to) in self.sent:
                base = self.sent[step, to]
                continue
            if self.over(to, base, ACK[self.level], now):
                yield step, to
            return

    # --- first contact --------------------------------------------------------------------------------
    def contact(self, now: int) -> Iterator[tuple[str, str]]:
        wait = FIRST[self.level]
        if ("first.due", "R") not in self.sent and self.over("R", self.opened, wait // 2, now):
            change = max((c for c in (self.changed, self.reopened) if c is not None), default=None)
            fresh = ("first.half", "R") not in self.ripe
            self.ripe.setdefault(("first.half", "R"), now)
            if fresh and change == now and self.over_before("R", wait // 2, now):
                missed_too = self.over_before("R", wait, now)
                self.late_half = now if change == self.changed or missed_too else None
            yield "first.half", "R"
        for who in ("R", *LADDER):
            yield from self.side(who, now)

    def over_before(self, who: str, wait: int, now: int) -> bool:
        return any(self.over(who, self.opened, wait, m) for m in range(self.opened, now))

    def side(self, who: str, now: int) -> Iterator[tuple[str, str]]:
        """That person's next step, if they have one now; what isn't for them passes as the handler has it."""
        base = self.opened
        for step in STEPS:
            mine, theirs = self.sent.get((step, who)), self.sent.get((step, "R"))
            if mine is not None:
                base = max(base, mine)
                continue
            if who == "R" or step in TO_LEAD:
                if self.is_ripe(step, who, base, now):
                    self.ripe.setdefault((step, who), now)
                    if who == "R" or self.for_lead(step, who):
                        yield step, who
                        return
                elif (step, who) not in self.ripe:
                    return
            taken = [self.sent[step, one] for one in LADDER if (step, one) in self.sent]
            passed = theirs if theirs is not None else min(taken, default=None)
            if passed is None:  # the handler is asleep; those awake aren't held up by that
                passed = next((m for m in range(base, now + 1) if self.is_ripe(step, "R", base, m)), None)
            if passed is None:
                return
            base = max(base, passed)

    def is_ripe(self, step: str, who: str, base: int, now: int) -> bool:
        if step != "first.due":
            return self.over(who, base, AGAIN, now)
        wait = FIRST[self.level]
        half = self.sent.get(("first.half", "R"), self.late_half or 0)
        after_half = self.late_half is None or self.over(who, half, wait - wait // 2, now)
        return self.over(who, self.opened, wait, now) and after_half

    def for_lead(self, step: str, who: str) -> bool:
        """The lead; while there's none, the person asked last before it was due. No one who came later."""
        if self.told is None or any((step, one) in self.sent for one in LADDER):
            return False
        since = self.ripe[step, who]
        if self.acked:
            lead = min(self.acked, key=lambda one: self.acked[one])
            return who == lead and since >= self.acked[lead]
        due = self.ripe.get((step, "R"), since)
        rungs = zip(RUNGS[1:], (*LADDER[1:], ""), strict=True)
        asked = ["B", *(to for rung, to in rungs if self.sent.get((rung, to or "A"), due) < due)]
        return who == asked[-1] and since >= self.told
