"""store: the rows of incidents, read as one snapshot and written one fact at a time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, func, insert, select

from bot.domain.incident import Incident
from bot.domain.level import Level
from bot.domain.record import Action, Event, Page, Party, Unfinished
from bot.domain.status import Status
from bot.store import rows
from bot.store import tables as t
from bot.store.memory import Memory
from bot.store.rows import Head, Newer

T = TypeVar("T")


class Store:
    """One transaction on one tenant's rows. All methods raise what SQLAlchemy raises.

    What it has read of an incident it remembers, with what it has written there since: within one transaction
    no one else changes these rows, and a use case looks at the same record many times. `reads`: it locks and
    writes nothing.
    """

    def __init__(self, connection: Connection, tenant: str, *, reads: bool = False) -> None:
        self.connection, self.tenant, self.reads = connection, tenant, reads
        self.lines: list[dict[str, Any]] = []  # of the audit, not written yet
        self.memory = Memory()
        self._secret = b""
        self.outgoing = False  # something was put in that should go out or be drawn at once
        self.locked: set[str] = set()  # incidents no one else changes until we are done
        self.people: dict[str, Any] = {}  # kept by `store.people`: user -> Person, or None for nobody known

    def upsert(
        self,
        table: Table,
        keys: Mapping[str, Any],
        values: Mapping[str, Any],
        newer: Newer | None = None,
        lasting: tuple[str, ...] = (),
    ) -> None:
        """Insert, or set `values` in the row that stands, if `newer` holds of the two.

        `lasting`: columns in which a blank doesn't overwrite what stands, whoever wrote that meanwhile.
        """
        dialect = self.connection.dialect.name
        statement = rows.upsert_of(table, dialect, tuple(keys), tuple(values), newer, lasting)
        self.connection.execute(statement, {"tenant": self.tenant, **keys, **values})

    def insert_once(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert unless a row of the same unique key stands; whether it was inserted."""
        statement = rows.inserted_of(table, self.connection.dialect.name)  # Postgres' driver does not count
        return self.connection.execute(statement, {"tenant": self.tenant, **values}).first() is not None

    @property
    def secret(self) -> bytes:
        """Of this database and its copies; made when it is first asked for."""
        if not self._secret:
            mine = t.marks.c.name == "secret"
            made = rows.insert_once_of(t.marks, self.connection.dialect.name)
            query = select(t.marks.c.value).where(mine)
            if self.connection.execute(query).first() is None:
                self.connection.execute(made, {"name": "secret", "value": secrets.token_hex(16)})
            self._secret = str(self.connection.execute(query).scalar_one()).encode()
        return self._secret

    def insert_all(self, table: Table, new: Sequence[Mapping[str, Any]]) -> None:
        """Insert those of which no row of the same unique key stands."""
        statement = rows.insert_once_of(table, self.connection.dialect.name)
        self.connection.execute(statement, [{"tenant": self.tenant, **row} for row in new])

    # --- incidents ------------------------------------------------------------------------------
    def create(
        self, incident: str, reporter: str, now: datetime, *, practice: bool = False, source: str = ""
    ) -> None:
        made = {
            "tenant": self.tenant,
            "id": incident,
            "reporter": reporter,
            "handler": reporter,
            "created_at": now.astimezone(UTC),
            "status": Status.DRAFT.value,
            "level": int(Level.SMALL),
            "practice": practice,
            "source": source,
        }
        self.connection.execute(rows.CREATE, made)
        self.locked.add(incident)  # no one else can know of it
        self.memory.know(t.incidents.name, incident, [made])
        for table in (t.pages, t.events, t.signals, t.parties, t.actions, t.drafts):
            self.memory.know(table.name, incident, ())  # nothing can be there yet

    def head(self, incident: str, *, for_update: bool = False) -> Head | None:
        """Whose incident it is, without its record; locked until the transaction ends, where asked for."""
        row = self._incident(incident, for_update=for_update)
        return Head(row["reporter"], row["handler"], row["practice"]) if row else None

    def _incident(self, incident: str, *, for_update: bool) -> Mapping[str, Any] | None:
        """The columns of its row."""
        lock = for_update and not self.reads and incident not in self.locked
        if lock:  # what was read before we had the lock may have changed
            self.memory.forget(incident=incident)
            self.locked.add(incident)
        query = rows.HEAD_LOCKED if lock else rows.HEAD
        found = self.read(t.incidents.name, incident, query, lambda row: dict(row._mapping))
        return next(iter(found), None)

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
            id=row["id"],
            reporter=row["reporter"],
            handler=row["handler"],
            created_at=row["created_at"],
            level=Level(row["level"]),
            practice=row["practice"],
            source=row["source"],
            pages={(page.stage, page.party): page for page in self._pages(incident)},
            events=tuple(self.read(t.events.name, incident, rows.EVENTS, rows.event)),
            signals=tuple(self.read(t.signals.name, incident, rows.SIGNALS, rows.signal)),
            parties=tuple(sorted(self._parties(incident), key=lambda party: (len(party.key), party.key))),
            actions=tuple(self._actions(incident)),
            unfinished=tuple(self._unfinished(incident)),
        )

    def read(
        self, what: str, incident: str, query: Select[Any], made: Callable[[Any], T], **where: str
    ) -> list[T]:
        which = {"tenant": self.tenant, "incident": incident, **where}
        return self.memory.get(what, incident, lambda: map(made, self.connection.execute(query, which)))

    def _pages(self, incident: str) -> list[Page]:
        return self.read(t.pages.name, incident, rows.PAGES, rows.page)

    def _parties(self, incident: str) -> list[Party]:
        return self.read(t.parties.name, incident, rows.PARTIES, rows.party)

    def _actions(self, incident: str) -> list[Action]:
        return self.read(t.actions.name, incident, rows.ACTIONS, rows.action)

    def _unfinished(self, incident: str) -> list[Unfinished]:
        return self.read(t.drafts.name, incident, rows.UNFINISHED, rows.unfinished)

    def reread(self) -> None:
        """Rows were changed past this store: what it remembers of them counts no more."""
        self.memory.forget()
        self.people.clear()

    def settle(self, incident: Incident) -> None:
        """Write what the lists search by, derived from the snapshot, if it has changed."""
        row = self._incident(incident.id, for_update=False)
        if row and row["status"] != incident.status.value:
            self._set(incident.id, status=incident.status.value)

    def set_level(self, incident: str, level: Level, status: Status | None = None) -> None:
        """`status`: as it follows from the record by now, where that is at hand; else `settle` writes it."""
        along = {"status": status.value} if status else {}
        self._set(incident, level=int(level), **along)

    def set_handler(self, incident: str, user: str) -> None:
        self._set(incident, handler=user)

    def _set(self, incident: str, **values: object) -> None:
        self.memory.learn(t.incidents.name, incident, lambda known: [{**row, **values} for row in known])
        self.connection.execute(rows.CHANGE, {"of_tenant": self.tenant, "of_incident": incident, **values})

    # --- pages ----------------------------------------------------------------------------------
    def save_page(self, incident: str, page: Page) -> None:
        """Write the page's newest answers; who may overwrite whom was decided by the caller, in here."""
        stored = rows.as_stored(page)
        others = [p for p in self._pages(incident) if (p.stage, p.party) != (page.stage, page.party)]
        pages = sorted([*others, stored], key=lambda p: (p.stage, p.party))
        self.memory.know(t.pages.name, incident, pages)
        self.upsert(
            t.pages,
            {"incident": incident, "stage": page.stage, "party": page.party},
            {
                "version": page.version,
                "answers": stored.answers,
                "skipped": page.skipped,
                "saved_by": page.saved_by,
                "saved_at": page.saved_at,
                "view": page.view,
            },
        )

    # --- facts ----------------------------------------------------------------------------------
    def append(self, incident: str, events: Iterable[Event]) -> None:
        stored = [rows.as_stored(event) for event in events]
        if not stored:
            return
        made = [
            {
                "tenant": self.tenant,
                "incident": incident,
                "at": event.at,
                "what": event.what.value,
                "actor": event.actor,
                "party": event.party,
                "data": event.data,
            }
            for event in stored
        ]
        self.memory.learn(
            t.events.name, incident, lambda known: sorted([*known, *stored], key=lambda event: event.at)
        )
        self.connection.execute(insert(t.events), made)

    def save_party(self, incident: str, party: Party) -> None:
        others = [known for known in self._parties(incident) if known.key != party.key]
        self.memory.know(t.parties.name, incident, [*others, party])
        self.upsert(
            t.parties,
            {"incident": incident, "key": party.key},
            {"kind": party.kind, "name": party.name, "tz": party.tz, "told_us": party.told_us},
        )

    def save_action(self, incident: str, action: Action) -> None:
        self.memory.forget(what=t.actions.name, incident=incident)
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

        A press cannot be taken back, so that the first of them stays: who was first leads.
        """
        self.memory.forget(what=t.signals.name)
        keys = {"channel": channel, "ts": ts, "user": user, "name": name}
        values = {"standing": standing, "at": at}
        newer = rows.first_stays if name.startswith("button:") else rows.later_act
        self.upsert(t.signals, keys, values, newer)

    def first_time(self, now: datetime, *parts: str) -> bool:
        """Whether this human act (event id, trigger, press) is seen for the first time (reliability.md 3)."""
        return self.insert_once(t.inbox, {"key": _key(parts), "received_at": now})

    def seen(self, *parts: str) -> bool:
        """Whether `first_time` was asked about it before."""
        x = t.inbox.c
        known = select(x.key).where(x.tenant == self.tenant, x.key == _key(parts))
        return self.connection.execute(known).first() is not None

    def one_by_one(self, now: datetime, *parts: str) -> None:
        """Until our transaction ends, nobody else gets past here with the same parts: what they look at next
        holds what we have written. On SQLite, where writers come one by one anyway, it is nothing.
        """
        self.upsert(t.inbox, {"key": _key(("one by one", *parts))}, {"received_at": now})

    def audit(self, now: datetime, actor: str, verb: str, incident: str, detail: str = "") -> None:
        """One line for the record of who did or tried what: ids and verbs, never content. What only reads
        leaves it in `lines`: the caller writes it (`note`) before anything is shown.
        """
        line = {"tenant": self.tenant, "at": now, "actor": actor[:40], "verb": verb[:40]}
        self.lines.append(line | {"incident": incident[:40], "detail": detail})
        if not self.reads:
            self.note(self.lines)
            self.lines.clear()

    def note(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Write these lines."""
        self.connection.execute(insert(t.audit), list(lines))

    def count(self, table: Table) -> int:
        return self.connection.execute(
            select(func.count()).select_from(table).where(table.c.tenant == self.tenant)
        ).scalar_one()


def _key(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
