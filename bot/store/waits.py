"""store: waits that a clock has counted which shows another time by now.

A row is due by its time; until then it waits because of something that was so when that was written. Looking
too early does no harm: whatever is due is looked at once more in its claim.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, update

from bot.store import tables as t
from bot.store.posts import State

LONGEST = timedelta(hours=1)  # no wait for Slack or for another process is longer than that


def cut_short(connection: Connection, now: datetime, settled: datetime, beyond: timedelta = LONGEST) -> None:
    """What waits for longer than `beyond` from now doesn't any more. settled: when a history tells all."""
    p, s, late = t.posts.c, t.surfaces.c, now + beyond
    begun = or_(p.due_at <= now, p.attempt > 0)
    waiting = update(t.posts).where(t.TO_DO, p.run_at > late)
    connection.execute(waiting.where(p.state == State.PENDING.value, begun).values(run_at=now))
    connection.execute(
        waiting.where(p.state == State.CHECKING.value, p.run_at > settled).values(run_at=settled)
    )
    connection.execute(update(t.surfaces).where(t.DIRTY, s.run_at > late).values(run_at=now))
