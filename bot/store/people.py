"""store: what Slack said about people (`users.info`), kept for a minute of trust and longer for names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, select, update

from bot.store import tables as t
from bot.store.store import Store

Kind = Literal["member", "guest", "bot", "gone", "outside", "unknown"]
FRESH = timedelta(seconds=60)
KNOWN = select(t.people).where(
    t.people.c.tenant == bindparam("tenant"), t.people.c.user.in_(bindparam("users", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in Slack. `tz` is an IANA name or ""; `dm` the bot's DM with them, "" until opened; `org_id`:
    their id in the organisation, where Slack has just said so.
    """

    user: str
    name: str
    tz: str
    kind: Kind
    dm: str
    fetched_at: datetime
    org_id: str = ""

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
    if person.org_id not in ("", person.user):
        _link(store, person.user, person.org_id, values)


def _link(store: Store, user: str, other: str, values: Mapping[str, Any]) -> None:
    """Two ids of one person: whichever was known first is what they are known by."""
    ids = known_by(store, (user, other))
    if ids[user] != user:
        return
    if other not in ids:
        store.upsert(t.people, {"user": other}, {**values, "same_as": user})
    elif ids[other] == other:
        p = t.people.c
        mine = update(t.people).where(p.tenant == store.tenant, p.user == user)
        store.connection.execute(mine.values(same_as=other))


def known_by(store: Store, users: Iterable[str]) -> dict[str, str]:
    """The one id of each of those people that everything here is kept under; of those who are known."""
    p = t.people.c
    which = select(p.user, p.same_as).where(p.tenant == store.tenant, p.user.in_(list(users)))
    return {row.user: row.same_as or row.user for row in store.connection.execute(which)}
