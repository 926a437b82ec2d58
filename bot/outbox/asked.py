"""outbox: who has the notice by a step of the ladder. It's noted with the claim, so that they may answer at
once; it's taken back when the message is surely not out, and noted with what's found to be out after all.

So an event "asked" stands only beside a message that's out, is on its way, or can't be known.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.store import erase
from bot.store.posts import NOTICE, RUNGS, Post
from bot.store.store import Store


def of_ladder(incident: Incident, post: Post) -> bool:
    """It brings the notice to a further step; R only hears of that."""
    return post.kind in RUNGS and post.place == "dm" and post.recipient != incident.reporter


def noted(store: Store, incident: Incident, post: Post, now: datetime) -> Incident:
    """They count as told from here on, if that's news."""
    if not of_ladder(incident, post) or post.recipient in incident.told_members:
        return incident
    store.append(incident.id, [Event(now, What.ASKED, "", "", {"to": post.recipient})])
    return store.load(incident.id) or incident


def taken_back(store: Store, post: Post) -> bool:
    """What this claim of it had noted; whether it had."""
    incident = store.load(post.incident) if post.incident and post.kind in RUNGS else None
    asked = incident.all(What.ASKED) if incident else ()
    mine = [e for e in asked if e.data.get("to") == post.recipient and e.at == post.first_try_at]
    for event in mine:
        erase.event(store, post.incident, event)
    return bool(mine)


def arrived(store: Store, post: Post, now: datetime) -> bool:
    """It's out: a notice that couldn't be delivered before, or a step whose claim isn't in this copy of the
    database. Whether that was news.
    """
    incident = store.load(post.incident) if post.incident and post.kind in (NOTICE, *RUNGS) else None
    if incident is None or incident.told is None:
        return False
    if post.kind != NOTICE:
        return noted(store, incident, post, now) is not incident
    if post.recipient not in incident.undelivered:
        return False
    store.append(post.incident, [Event(now, What.ASKED, "", "", {"to": post.recipient})])
    return True
