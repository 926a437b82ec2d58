"""words: the timeline as a drawing: rows and promises become points, lanes and lines. Pure geometry, no text.

Moments stand in order at equal distances (a scale of minutes would crush the first hour), a strip at a
time, so that a long incident prints over several strips. Lengths are units of the SVG's viewBox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bot.words.timeline import Lane, Promise, Row, State
from bot.words.times import MONTHS, zone

PER_STRIP = 14
LEFT, STEP, RIGHT = 96, 44, 14
LANES: dict[Lane, int] = {"happened": 52, "told": 82}
FIRST_PROMISE, PROMISE_STEP = 112, 18


@dataclass(frozen=True, slots=True)
class Tick:
    x: int
    clock: str
    day: str  # "" where it is the same as the tick before


@dataclass(frozen=True, slots=True)
class Dot:
    x: int
    y: int
    number: int
    what: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Line:
    """A promise from `x1` to `x2`; `end` is how it ended, "" where it goes on in the next strip."""

    x1: int
    x2: int
    y: int
    party: str
    end: State | str


@dataclass(frozen=True, slots=True)
class Strip:
    width: int
    height: int
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]


def strips(rows: Sequence[Row], promises: Sequence[Promise], tz: str) -> tuple[Strip, ...]:
    """At most `PER_STRIP` moments each, oldest first; none for an empty record."""
    moments: list[tuple[datetime, Row | Promise]] = [(r.at, r) for r in rows] + [(p.due, p) for p in promises]
    moments.sort(key=lambda m: m[0])
    count = ceil(len(moments) / PER_STRIP)
    each = ceil(len(moments) / count) if count else PER_STRIP  # as many in the last strip as in the first
    return tuple(
        _strip(moments[start : start + each], start, moments, promises, tz)
        for start in range(0, len(moments), each)
    )


def _strip(
    here: Sequence[tuple[datetime, Row | Promise]],
    start: int,
    every: Sequence[tuple[datetime, Row | Promise]],
    promises: Sequence[Promise],
    tz: str,
) -> Strip:
    due_at = {id(thing): n for n, (_, thing) in enumerate(every)}
    lines: list[Line] = []
    for promise in promises:
        begin = next(n for n, (at, _) in enumerate(every) if at >= promise.said)
        line = _line(promise, begin - start, due_at[id(promise)] - start, len(here), len(lines))
        if line:
            lines.append(line)
    return Strip(
        width=LEFT + PER_STRIP * STEP + RIGHT,
        height=FIRST_PROMISE + PROMISE_STEP * len(lines) + 4,
        ticks=_ticks([at for at, _ in here], tz),
        dots=tuple(
            Dot(_x(n), LANES[thing.lane], thing.number, thing.what, thing.lane)
            for n, (_, thing) in enumerate(here)
            if isinstance(thing, Row)
        ),
        lines=tuple(lines),
    )


def _x(n: int) -> int:
    return LEFT + n * STEP + STEP // 2


def _line(promise: Promise, begin: int, end: int, count: int, above: int) -> Line | None:
    """The part of a promise that lies in a strip of `count` moments, or None."""
    if begin >= count or end < 0:
        return None
    ends_here = end < count
    return Line(
        x1=_x(begin) if begin >= 0 else LEFT,
        x2=_x(end) if ends_here else LEFT + count * STEP,
        y=FIRST_PROMISE + above * PROMISE_STEP,
        party=promise.party,
        end=promise.state if ends_here else "",
    )


def _ticks(moments: Sequence[datetime], tz: str) -> tuple[Tick, ...]:
    local = [at.astimezone(zone(tz)) for at in moments]
    ticks = []
    for n, at in enumerate(local):
        new_day = n == 0 or at.date() != local[n - 1].date()
        ticks.append(
            Tick(
                _x(n),
                f"{at:%H:%M}",
                f"{at.day} {MONTHS[at.month - 1]}" if new_day else "",
            )
        )
    return tuple(ticks)
