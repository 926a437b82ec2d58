"""guide: how far long work has come, as one message to the person who asked for it, redrawn in place."""

from __future__ import annotations

from bot.guide.work import Work
from bot.store import posts, surfaces
from bot.store.chores import Chore
from bot.store.posts import PROGRESS, Post

LONG = 100  # incidents looked through, from which on it's worth a line
STEP = 10  # percent, after which it's drawn anew


def tell(work: Work, before: Chore, now: Chore) -> None:
    """Another piece is done. The message has the chore's id: there's one of it."""
    if now.seen >= LONG > before.seen:
        line = Post(
            tenant=now.tenant,
            incident="",
            kind=PROGRESS,
            party=now.id[:24],
            recipient=now.user,
            due_at=work.now,
            data={},
            id=now.id,
        )
        posts.add(work.store, line)
    elif before.percent // STEP != now.percent // STEP:
        over(work, now)


def over(work: Work, chore: Chore) -> None:
    """Draw it anew, if it's there."""
    if chore.seen >= LONG:
        surfaces.mark(work.store, PROGRESS, "", chore.id, work.now)
