"""Which messages the record promises: an event that says someone was told has a message that says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.standin import is_stand_in
from bot.store import posts, tables
from bot.store.posts import NOTICE, RUNGS, Post, State
from bot.store.store import Store

KEPT = frozenset(State) - {State.CANCELLED}  # sent, will be, or a person is shown that it couldn't be
EXCUSES = ("withdrawn", "moot", "erased", "replaced")  # why what waited need not go out any more
Promise = tuple[str, tuple[str, ...], str, datetime]  # what said it, kinds of post, to who, since when


def promised(incident: Incident) -> Iterator[Promise]:
    """Each message that an event speaks of."""
    for event in incident.events:
        since = incident.created_at if event.what is What.ASKED else event.at  # it stood in the plan before
        for kinds, user in spoken_of(incident, event):
            if user and not is_stand_in(user):
                yield event.what.value, kinds, user, since


def spoken_of(incident: Incident, event: Event) -> Iterator[tuple[tuple[str, ...], str]]:
    """(kinds that would do, recipient) of each message that this event speaks of."""
    said = {key: event.data.get(key, "") for key in ("to", "holder")}
    if event.what is What.TOLD and event.data.get("how") == "send":
        yield from (((NOTICE,), str(user)) for user in event.data.get("notified", ()))
    elif event.what is What.ASKED:
        yield (*RUNGS, NOTICE), str(said["to"])
    elif event.what is What.ASKED_GATE:
        yield ("ask",), str(said["holder"])
    elif event.what is What.OFFERED:
        yield ("offer",), str(said["to"])
    elif event.what is What.INVITED:
        yield ("along",), str(said["to"])
    elif event.what is What.LEGAL_SENT:
        yield ("legal_note",), str(said["to"])
    elif event.what is What.OPENED:
        yield ("rcard",), incident.reporter


def broken(connection: Connection, tenant: str) -> list[str]:
    """Every promise of every incident that no row of the outbox keeps."""
    store = Store(connection, tenant)
    found: list[str] = []
    for key in connection.execute(select(tables.incidents.c.id)).scalars():
        incident = store.load(key)
        rows = posts.of_incident(store, key)
        for what, kinds, user, since in promised(incident) if incident else ():
            if not any(_keeps(row, kinds, user, since) for row in rows):
                states = [(r.kind, r.state.value, r.reason) for r in rows if r.recipient == user]
                found.append(
                    f"{what} at {since:%d %H:%M:%S} promises {user} one of {kinds}; they have {states}"
                )
    return found


def _keeps(row: Post, kinds: tuple[str, ...], user: str, since: datetime) -> bool:
    late_enough = row.due_at >= since.replace(second=0, microsecond=0)
    excused = row.state in KEPT or row.reason in EXCUSES
    return row.kind in kinds and row.recipient == user and late_enough and excused
