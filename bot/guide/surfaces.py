"""guide: after each change of an incident, in its transaction: what is to be posted and redrawn."""

from __future__ import annotations

from datetime import datetime

from bot.domain.incident import Incident, Status
from bot.store import posts
from bot.store.posts import HOME, RCARD, REDRAWN, Post, State
from bot.store.store import Store


def after_change(store: Store, incident: Incident, now: datetime) -> None:
    """R's card exists from the first saved page on; every live message of this incident is drawn anew."""
    if incident.status is not Status.DRAFT:
        posts.add(
            store,
            Post(
                tenant=incident.tenant,
                incident=incident.id,
                kind=RCARD,
                recipient=incident.reporter,
                due_at=now,
                priority=3,
                data={},
            ),
        )
    redraw(store, incident, now)


def redraw(store: Store, incident: Incident, now: datetime) -> None:
    """Want every surface drawn that shows this incident, once it is out."""
    for post in posts.of_incident(store, incident.id, *REDRAWN):
        if post.state is State.SENT and post.sent_ts:
            posts.mark(store, post.kind, incident.id, post.id, now)
    for user in {incident.reporter, incident.handler}:
        if user in posts.subjects(store, HOME):
            posts.mark(store, HOME, "", user, now)
