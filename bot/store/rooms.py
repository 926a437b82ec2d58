"""store: the team's channel as rows: which one it is, its card, and how one of its own is made.

A room, a channel made for one incident, comes about in steps. `room` makes it; in the transaction that
records it, it becomes the team's channel, and its card and one `invite` a person go in. One that nobody wants
any more by then is put away (`room_left`). Each step can be repeated without harm.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.standin import is_stand_in
from bot.store import posts
from bot.store.posts import CARD, OPEN, Post, State
from bot.store.store import Store

ROOM, INVITE, ROOM_LEFT = "room", "invite", "room_left"
STEPS = (ROOM, INVITE, ROOM_LEFT)  # posts that are no messages
PRIORITY = 3
REFUSED = (State.BLOCKED, State.DEAD)


def use(
    store: Store, incident: Incident, channel: str, user: str, now: datetime, *, room: bool = False
) -> None:
    """That channel is the team's from now on, "" for none; it gets a card, unless it has one."""
    if channel != incident.team_channel or incident.wants_room:
        chosen = {"channel": channel, **({"room": True} if room else {})}
        store.append(incident.id, [Event(now, What.TEAM, user, "", chosen)])
    cards = posts.of_incident(store, incident.id, CARD)
    for old in cards:
        if old.state is State.PENDING and old.recipient != channel:
            posts.change(store.connection, old, State.CANCELLED, reason="moved")
    there = any(c.recipient == channel and (c.state.value in OPEN or c.state is State.SENT) for c in cards)
    if channel and not there:
        posts.add(store, _step(incident, CARD, channel, "channel", now, ordinal=len(cards) + 1))


def wish(store: Store, incident: Incident, user: str, now: datetime) -> None:
    """A room is wanted: the one there is already, or that is being made; else a new one. Never two."""
    known = posts.of_incident(store, incident.id, ROOM)
    newest = max(known, key=lambda p: p.ordinal, default=None)
    if newest and newest.state is State.SENT and not _lost(store, incident, newest.sent_ts):
        _take(store, incident, newest, newest.sent_ts, user, now)
        return
    if not incident.wants_room:
        store.append(incident.id, [Event(now, What.TEAM, user, "", {"channel": "", "room": True})])
    if newest is None or newest.state.value not in OPEN:
        posts.add(store, _step(incident, ROOM, incident.id, "room", now, ordinal=len(known) + 1))


def made(store: Store, post: Post, channel: str, now: datetime) -> None:
    """The room of that row is there, as that channel; the row is recorded in the same transaction."""
    incident = store.load(post.incident)
    if incident is None:
        return
    if incident.live and incident.wants_room:
        _take(store, incident, post, channel, "", now)
    else:
        posts.add(store, _step(incident, ROOM_LEFT, channel, "room", now))


def _take(store: Store, incident: Incident, room: Post, channel: str, user: str, now: datetime) -> None:
    """It becomes the team's channel; whoever was picked is invited, and again where that did not work."""
    use(store, incident, channel, user, now, room=True)
    known = {p.recipient: p for p in posts.of_incident(store, incident.id, INVITE) if p.channel == channel}
    for member in incident.answer("team", "members") or ():
        before = known.get(member)
        if before and before.state in REFUSED:
            posts.change(store.connection, before, State.PENDING, run_at=now, reason="")
        elif before is None and not is_stand_in(member):
            posts.add(store, _step(incident, INVITE, member, "member", now, room.ordinal, channel))


def _lost(store: Store, incident: Incident, channel: str) -> bool:
    """Nothing can be posted there any more: archived, shared, or we were taken out of it."""
    cards = [c for c in posts.of_incident(store, incident.id, CARD) if c.recipient == channel]
    return bool(cards) and (cards[-1].state in REFUSED or bool(cards[-1].reason))


def _step(
    incident: Incident,
    kind: str,
    recipient: str,
    place: str,
    now: datetime,
    ordinal: int = 1,
    channel: str = "",
) -> Post:
    return Post(
        tenant=incident.tenant,
        incident=incident.id,
        kind=kind,
        ordinal=ordinal,
        recipient=recipient,
        place=place,
        channel=channel,
        due_at=now,
        priority=PRIORITY,
        data={},
    )
