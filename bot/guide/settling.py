"""guide: what has to be made right after any change of an incident, in the same transaction."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.standin import is_stand_in
from bot.domain.status import Status
from bot.guide.work import Work
from bot.store import nudges, posts, surfaces
from bot.store.posts import RCARD, Post


def settle(work: Work, key: str) -> Incident:
    """After any change: what the lists search by, the outbox's plan, the surfaces to redraw."""
    incident = work.reload(key)
    work.store.settle(incident)
    _announce(work, incident)
    return incident


def _announce(work: Work, incident: Incident) -> None:
    """R's card exists from the first saved page on; everything that shows this incident is drawn anew."""
    found = posts.of_incident(work.store, incident.id)
    new = nudges.settle(work.store, incident, found, work.policy)
    begun = incident.status is not Status.DRAFT and not is_stand_in(incident.reporter)
    if begun and not any(post.kind == RCARD for post in found):
        new.append(_card(work, incident))
        work.store.outgoing = True
    posts.add_all(work.store, new)
    theirs = {incident.reporter, incident.handler, *incident.co_reporters}
    surfaces.redraw(work.store, incident.id, theirs, work.now, found)


def _card(work: Work, incident: Incident) -> Post:
    return Post(
        tenant=incident.tenant,
        incident=incident.id,
        kind=RCARD,
        recipient=incident.reporter,
        due_at=work.now,
        priority=3,
        data={},
    )
