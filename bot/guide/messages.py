"""guide: short messages to one person, put into the outbox in the transaction of their cause."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.standin import is_stand_in
from bot.guide.work import Work
from bot.store import posts
from bot.store.posts import Post

PRIORITY = -1  # a person has just asked for it: before any reminder, even one of the same minute


def send(work: Work, incident: Incident, kind: str, to: str, *, sender: str = "", **data: str) -> None:
    """One message of that kind; each call is another one. Its words: `templates/surfaces/notes.j2`.

    Nothing goes to somebody who has had their data erased.
    """
    if not to or is_stand_in(to):
        return
    post = Post(
        tenant=incident.tenant,
        incident=incident.id,
        kind=kind,
        ordinal=len(posts.of_incident(work.store, incident.id, kind)) + 1,
        recipient=to,
        due_at=work.now,
        priority=PRIORITY,
        data={**data, "from": sender},
    )
    posts.add(work.store, post)


def someone(*users: str) -> str:
    """The first of these who can still be written to, "" for none: word to anyone erased goes to the next."""
    return next((user for user in users if user and not is_stand_in(user)), "")
