"""store: the rows of incidents, read as one snapshot and written one fact at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
)
from sqlalchemy import update as sql_update
from sqlalchemy.dialects import sqlite

from bot.domain.incident import Action, Event, Incident, Page, Party, Signal, Status, Unfinished, What
from bot.domain.level import Level
from bot.store import tables as t

ENDED = (Status.CLOSED.value, Status.CANCELLED.value)
SAID = "said"  # the draft that keeps a command's whole text; not a page


NOTICES = ("notice", "ack.1", "ack.2", "ack.3")


def surface_of(kind: str) -> str:
    """What a reaction on such a post is about: the notice (each rung gets it), the card, its thread."""
    if kind in NOTICES:
        return "notice"
    return "card" if kind == "card" else "thread"


@dataclass(frozen=True, slots=True)
class Draft:
    """What its author typed into one page and has not saved. Never leaves for anybody else's eyes."""

    incident: str
    stage: str
    party: str
    values: Mapping[str, Any]
    page_version: int
    typed_at: float
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """Whose incident it is."""

    reporter: str
    handler: str
    practice: bool


@cache
def insert_of(table: Table, dialect: str) -> sqlite.Insert:
    """The dialect's own INSERT, which knows ON CONFLICT. Postgres' is loaded where it is used: 30 ms."""
    made: sqlite.Insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return made


def _rows_of(table: Table) -> Select[Any]:
    return select(table).where(
        table.c.tenant == bindparam("tenant"), table.c.incident == bindparam("incident")
    )


# Built once: putting a statement together costs more than running it.
ROWS = {table.name: _rows_of(table) for table in (t.pages, t.events, t.parties, t.actions)}
_s, _p, _d = t.signals.c, t.posts.c, t.drafts.c
SIGNALS = (
    select(_s.user, _s.name, _p.kind, _p.party, _s.at, _s.standing)
    .join(t.posts, t.ON_MESSAGE)
    .where(_p.tenant == bindparam("tenant"), _p.incident == bindparam("incident"))
    .order_by(_s.at)
)
UNFINISHED = select(_d.user, _d.stage, _d.saved_at).where(
    _d.tenant == bindparam("tenant"), _d.incident == bindparam("incident"), _d.stage != SAID
)
CHANGE = sql_update(t.incidents).where(
    t.incidents.c.tenant == bindparam("of_tenant"), t.incidents.c.id == bindparam("of_incident")
)
HEAD = select(t.incidents).where(
    t.incidents.c.tenant == bindparam("tenant"), t.incidents.c.id == bindparam("incident")
)
HEAD_LOCKED = HEAD.with_for_update()


class Store:
    """One transaction on one tenant's rows. All methods raise what SQLAlchemy raises.

    What it has read of an incident it remembers until it writes there: within one transaction nobody else
    changes these rows, and a use case looks at the same record many times.
    """

    def __init__(self, connection: Connection, tenant: str) -> None:
        self.connection, self.tenant = connection, tenant
        self._read: dict[tuple[str, str], Any] = {}  # (table, incident) -> rows
        self.outgoing = False  # something was put in that should go out or be drawn at once
        self._locked: set[str] = set()  # incidents nobody else changes until we are done
        self.people: dict[str, Any] = {}  # kept by `store.people`: user -> Person, or None for nobody known

    def upsert(
        self,
        table: Table,
        keys: Mapping[str, Any],
        values: Mapping[str, Any],
        where: ColumnElement[bool] | None = None,
        update: Mapping[str, Any] | None = None,
    ) -> None:
        """Insert, or set `update` (by default `values`) in the row that stands, if `where` holds of it."""
        row = {"tenant": self.tenant, **keys, **values}
        made = insert_of(table, self.connection.dialect.name)
        changed = update or {name: made.excluded[name] for name in values}
        statement = made.on_conflict_do_update(index_elements=["tenant", *keys], set_=changed, where=where)
        self.connection.execute(statement, row)

    def insert_once(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert unless a row of the same unique key stands; whether it was inserted."""
        statement = insert_of(table, self.connection.dialect.name).on_conflict_do_nothing()
        row = {"tenant": self.tenant, **values}  # asked for, since Postgres' driver does not count it
        return self.connection.execute(statement.returning(table.c.tenant), row).first() is not None

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those of which no row of the same unique key stands."""
        statement = insert_of(table, self.connection.dialect.name).on_conflict_do_nothing()
        self.connection.execute(statement, [{"tenant": self.tenant, **row} for row in rows])

    # --- incidents ------------------------------------------------------------------------------
    def create(
        self, incident: str, reporter: str, now: datetime, *, practice: bool = False, source: str = ""
    ) -> None:
        self.connection.execute(
            insert(t.incidents).values(
                tenant=self.tenant,
                id=incident,
                reporter=reporter,
                handler=reporter,
                created_at=now,
                status=Status.DRAFT.value,
                level=int(Level.SMALL),
                practice=practice,
                source=source,
            )
        )

    def head(self, incident: str, *, for_update: bool = False) -> Head | None:
        """Whose incident it is, without its record; locked until the transaction ends, where asked for."""
        row = self._incident(incident, for_update=for_update)
        return Head(row.reporter, row.handler, row.practice) if row else None

    def _incident(self, incident: str, *, for_update: bool) -> Any:  # noqa: ANN401 - a row of the table
        lock = for_update and incident not in self._locked
        if lock:  # what was read before we had the lock may have changed
            self._read = {key: rows for key, rows in self._read.items() if key[1] != incident}
            self._locked.add(incident)
        query = HEAD_LOCKED if lock else HEAD
        return next(iter(self._remembered(t.incidents, incident, query)), None)

    def load(self, incident: str, *, for_update: bool = False) -> Incident | None:
        """The snapshot of one incident, or None when this tenant has no such id.

        `for_update`: whoever else wants to change this incident waits until our transaction ends. All that
        changes one begins with this lock; on SQLite, where writers come one by one anyway, it is nothing.
        """
        row = self._incident(incident, for_update=for_update)
        if row is None:
            return None
        return Incident(
            tenant=self.tenant,
            id=row.id,
            reporter=row.reporter,
            handler=row.handler,
            created_at=row.created_at,
            level=Level(row.level),
            practice=row.practice,
            source=row.source,
            pages=self._pages(incident),
            events=self._events(incident),
            signals=self._signals(incident),
            parties=self._parties(incident),
            actions=self._actions(incident),
            unfinished=self._unfinished(incident),
        )

    def _rows(self, table: Table, incident: str) -> Sequence[Any]:
        return self._remembered(table, incident, ROWS[table.name])

    def _remembered(self, table: Table, incident: str, query: Select[Any]) -> Sequence[Any]:
        where = {"tenant": self.tenant, "incident": incident}
        if (table.name, incident) not in self._read:
            self._read[table.name, incident] = self.connection.execute(query, where).all()
        found: Sequence[Any] = self._read[table.name, incident]
        return found

    def reread(self) -> None:
        """Rows were changed past this store: what it remembers of them counts no more."""
        self._read.clear()
        self.people.clear()

    def _written(self, table: Table, incident: str) -> None:
        self._read.pop((table.name, incident), None)

    def _pages(self, incident: str) -> dict[tuple[str, str], Page]:
        return {
            (r.stage, r.party): Page(
                r.stage, r.party, r.version, r.answers, r.skipped, r.saved_by, r.saved_at, r.view
            )
            for r in self._rows(t.pages, incident)
        }

    def _events(self, incident: str) -> tuple[Event, ...]:
        rows = sorted(self._rows(t.events, incident), key=lambda r: (r.at, r.seq))
        return tuple(Event(r.at, What(r.what), r.actor, r.party, r.data) for r in rows)

    def _signals(self, incident: str) -> tuple[Signal, ...]:
        rows = self._remembered(t.signals, incident, SIGNALS)
        return tuple(
            Signal(r.user, r.name, surface_of(r.kind), r.at, r.standing, r.kind, r.party) for r in rows
        )

    def _parties(self, incident: str) -> tuple[Party, ...]:
        rows = sorted(self._rows(t.parties, incident), key=lambda r: (len(r.key), r.key))
        return tuple(Party(r.key, r.kind, r.name, r.tz, r.told_us) for r in rows)

    def _actions(self, incident: str) -> tuple[Action, ...]:
        rows = sorted(self._rows(t.actions, incident), key=lambda r: r.key)
        return tuple(
            Action(r.key, r.owner, r.due, r.done_at, r.dropped, r.text, r.strength, r.tell_client, r.proof)
            for r in rows
        )

    def _unfinished(self, incident: str) -> tuple[Unfinished, ...]:
        rows = self._remembered(t.drafts, incident, UNFINISHED)
        return tuple(Unfinished(r.user, r.stage, r.saved_at) for r in rows)

    def open_of(self, user: str, *, practice: bool = False) -> list[str]:
        """Ids of incidents (and drafts) that user reports or handles, not ended, newest first.

        Practice runs are a list of their own.
        """
        i = t.incidents.c
        return self._ids(user, i.status.not_in(ENDED), i.practice == practice)

    def all_of(self, user: str) -> list[str]:
        """As `open_of`, with the ended ones and the practice runs."""
        return self._ids(user)

    def _ids(self, user: str, *where: ColumnElement[bool]) -> list[str]:
        i = t.incidents.c
        rows = self.connection.execute(
            select(i.id)
            .where(i.tenant == self.tenant, or_(i.reporter == user, i.handler == user), *where)
            .order_by(i.created_at.desc(), i.id)
        )
        return list(rows.scalars())

    def settle(self, incident: Incident) -> None:
        """Write what the lists search by, derived from the snapshot, if it has changed."""
        row = self._incident(incident.id, for_update=False)
        if row.status != incident.status.value:
            self._set(incident.id, status=incident.status.value)

    def set_level(self, incident: str, level: Level) -> None:
        self._set(incident, level=int(level))

    def set_handler(self, incident: str, user: str) -> None:
        self._set(incident, handler=user)

    def _set(self, incident: str, **values: object) -> None:
        self._written(t.incidents, incident)
        self.connection.execute(CHANGE, {"of_tenant": self.tenant, "of_incident": incident, **values})

    # --- pages and drafts -----------------------------------------------------------------------
    def save_page(self, incident: str, page: Page) -> None:
        """Write the page's newest answers; who may overwrite whom was decided by the caller, in here."""
        self._written(t.pages, incident)
        self.upsert(
            t.pages,
            {"incident": incident, "stage": page.stage, "party": page.party},
            {
                "version": page.version,
                "answers": dict(page.answers),
                "skipped": page.skipped,
                "saved_by": page.saved_by,
                "saved_at": page.saved_at,
                "view": page.view,
            },
        )

    def keep_draft(self, user: str, draft: Draft) -> None:
        """Keep what was typed, unless something typed later is kept already: one statement."""
        self._written(t.drafts, draft.incident)
        keys = {"user": user, "incident": draft.incident, "stage": draft.stage, "party": draft.party}
        values = {
            "values": dict(draft.values),
            "page_version": draft.page_version,
            "typed_at": draft.typed_at,
            "saved_at": draft.saved_at,
        }
        newer = or_(t.drafts.c.typed_at < draft.typed_at, t.drafts.c.page_version < draft.page_version)
        self.upsert(t.drafts, keys, values, newer)

    def drafts_of(self, user: str, incident: str) -> list[Draft]:
        """That person's drafts in that incident, newest first."""
        d = t.drafts.c
        rows = self.connection.execute(
            select(t.drafts)
            .where(d.tenant == self.tenant, d.user == user, d.incident == incident)
            .order_by(d.typed_at.desc())
        )
        return [
            Draft(r.incident, r.stage, r.party, r.values, r.page_version, r.typed_at, r.saved_at)
            for r in rows
        ]

    def drop_draft(self, user: str, incident: str, stage: str, party: str) -> None:
        self._written(t.drafts, incident)
        d = t.drafts.c
        self.connection.execute(
            delete(t.drafts).where(
                d.tenant == self.tenant,
                d.user == user,
                d.incident == incident,
                d.stage == stage,
                d.party == party,
            )
        )

    # --- facts ----------------------------------------------------------------------------------
    def append(self, incident: str, events: Iterable[Event]) -> None:
        rows = [
            {
                "tenant": self.tenant,
                "incident": incident,
                "at": e.at,
                "what": e.what.value,
                "actor": e.actor,
                "party": e.party,
                "data": dict(e.data),
            }
            for e in events
        ]
        if rows:
            self._written(t.events, incident)
            self.connection.execute(insert(t.events), rows)

    def save_party(self, incident: str, party: Party) -> None:
        self._written(t.parties, incident)
        self.upsert(
            t.parties,
            {"incident": incident, "key": party.key},
            {"kind": party.kind, "name": party.name, "tz": party.tz, "told_us": party.told_us},
        )

    def save_action(self, incident: str, action: Action) -> None:
        self._written(t.actions, incident)
        self.upsert(
            t.actions,
            {"incident": incident, "key": action.key},
            {
                "owner": action.owner,
                "due": action.due,
                "done_at": action.done_at,
                "dropped": action.dropped,
                "text": action.text,
                "strength": action.strength,
                "tell_client": action.tell_client,
                "proof": action.proof,
            },
        )

    def signal(self, channel: str, ts: str, user: str, name: str, standing: bool, at: datetime) -> None:
        """Put a reaction, press or reply in or out; of two that arrive out of order the later act counts.

        A press or a reply cannot be taken back, so that the first of them stays: who was first leads.
        """
        self._read = {key: rows for key, rows in self._read.items() if key[0] != t.signals.name}
        keys = {"channel": channel, "ts": ts, "user": user, "name": name}
        values = {"standing": standing, "at": at}
        newer = t.signals.c.at <= at
        once = name == "reply" or name.startswith("button:")
        self.upsert(t.signals, keys, values, newer & not_(t.signals.c.standing) if once else newer)

    def first_time(self, now: datetime, *parts: str) -> bool:
        """Whether this human act (event id, trigger, press) is seen for the first time (reliability.md 3)."""
        key = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        return self.insert_once(t.inbox, {"key": key, "received_at": now})

    def audit(self, now: datetime, actor: str, verb: str, incident: str, detail: str = "") -> None:
        """One line for the record of who did or tried what: ids and verbs, never content."""
        self.connection.execute(
            insert(t.audit).values(
                tenant=self.tenant,
                at=now,
                actor=actor[:40],
                verb=verb[:40],
                incident=incident[:40],
                detail=detail,
            )
        )

    def count(self, table: Table) -> int:
        return self.connection.execute(
            select(func.count()).select_from(table).where(table.c.tenant == self.tenant)
        ).scalar_one()
