"""store: what Slack said about people (`users.info`), kept for a minute of trust and longer for names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, select

from bot.store import tables as t
from bot.store.store import Store

Kind = Literal["member", "guest", "bot", "gone", "outside", "unknown"]
FRESH = timedelta(seconds=60)
KNOWN = select(t.people).where(
    t.people.c.tenant == bindparam("tenant"), t.people.c.user.in_(bindparam("users", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack. `tz` is an IANA name or ""; `dm` the bot's DM with them, "" until opened."""

    user: str
    name: str
    tz: str
    kind: Kind
    dm: str
    fetched_at: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether what is known is young enough to judge by (reliability.md 4)."""
        return abs(now - self.fetched_at) <= FRESH


def get(store: Store, users: Iterable[str]) -> dict[str, Person]:
    """Those of the users who are known. Each is read once in a transaction."""
    wanted = {user for user in users if user}
    unread = [user for user in wanted if user not in store.people]
    if unread:
        rows = store.connection.execute(KNOWN, {"tenant": store.tenant, "users": unread})
        found = {r.user: Person(r.user, r.name, r.tz, r.kind, r.dm, r.fetched_at) for r in rows}
        store.people |= dict.fromkeys(unread) | found
    return {user: known for user in wanted if (known := store.people[user]) is not None}


def put(store: Store, person: Person) -> None:
    """Keep what Slack said, in one statement: what it didn't say this time (a name, a zone, a DM that someone
    else has opened since we looked) stays as it is known.
    """
    store.people.pop(person.user, None)
    said = {"name": person.name[:200], "tz": person.tz[:60], "dm": person.dm}
    values = {**said, "kind": person.kind, "fetched_at": person.fetched_at}
    store.upsert(t.people, {"user": person.user}, values, lasting=tuple(said))
