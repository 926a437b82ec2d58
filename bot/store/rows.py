"""store: the rows of incidents: the statements that read them, and what each row is to the domain."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
)
from sqlalchemy import update as sql_update
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.record import Action, Event, Page, Party, Signal, Unfinished, What
from bot.domain.signal import plain_name
from bot.domain.status import Status
from bot.stages import find
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


@cache
def insert_once_of(table: Table, dialect: str) -> sqlite.Insert:
    return insert_of(table, dialect).on_conflict_do_nothing()


@cache
def inserted_of(table: Table, dialect: str) -> ReturningInsert[Any]:
    """The same; what it returns is what was inserted."""
    return insert_once_of(table, dialect).returning(table.c.tenant)


Newer = Callable[[Any, Any], Any]
"""Whether what comes is newer than what stands: as a condition on their columns, or of two values."""


def later_typed(stands: Any, comes: Any) -> Any:  # noqa: ANN401 - columns or drafts
    return (stands.typed_at < comes.typed_at) | (stands.page_version < comes.page_version)


def later_act(stands: Any, comes: Any) -> ColumnElement[bool]:  # noqa: ANN401
    return and_(stands.at <= comes.at)


def first_stays(stands: Any, comes: Any) -> ColumnElement[bool]:  # noqa: ANN401
    return and_(stands.at <= comes.at, not_(stands.standing))


@cache
def upsert_of(
    table: Table,
    dialect: str,
    keys: tuple[str, ...],
    values: tuple[str, ...],
    newer: Newer | None,
    lasting: tuple[str, ...],
) -> sqlite.Insert:
    made = insert_of(table, dialect)
    kept = {name: func.coalesce(func.nullif(made.excluded[name], ""), table.c[name]) for name in lasting}
    return made.on_conflict_do_update(
        index_elements=["tenant", *keys],
        set_={name: made.excluded[name] for name in values} | kept,
        where=newer(table.c, made.excluded) if newer else None,
    )


def _rows_of(table: Table, *order: str) -> Select[Any]:
    mine = and_(table.c.tenant == bindparam("tenant"), table.c.incident == bindparam("incident"))
    return select(table).where(mine).order_by(*(table.c[name] for name in order))


# Built once: putting a statement together costs more than running it.
PAGES = _rows_of(t.pages, "stage", "party")
EVENTS = _rows_of(t.events, "at", "seq")
PARTIES = _rows_of(t.parties)
ACTIONS = _rows_of(t.actions, "key")
_s, _p, _d = t.signals.c, t.posts.c, t.drafts.c
_whole = t.posts.alias("whole")  # the post whose message a bundled one came in
WITH_THE_NOTICE = exists().where(
    _whole.c.id == _p.bundle,
    _whole.c.kind.in_(NOTICES),
    t.incidents.c.tenant == _whole.c.tenant,
    t.incidents.c.id == _whole.c.incident,
    t.incidents.c.reporter != _whole.c.recipient,  # with "only my boss", R gets the line without the notice
)
"""A reminder that came in one message with the boss's notice: what's put on that is Seen and nothing else."""
_of_user = and_(t.people.c.tenant == _s.tenant, t.people.c.user == _s.user)
ALL_SIGNALS = (
    select(
        *(_s.user, _s.name, _p.kind, _p.party, _s.at, _s.standing),
        func.coalesce(t.people.c.kind, "unknown").label("account"),
    )
    .join(t.posts, t.ON_MESSAGE)
    .outerjoin(t.people, _of_user)
    .where(or_(_p.bundle == "", not_(WITH_THE_NOTICE)))
    .order_by(_s.at)
)
SIGNALS = ALL_SIGNALS.where(_p.tenant == bindparam("tenant"), _p.incident == bindparam("incident"))
DRAFTS = (
    _rows_of(t.drafts).where(_d.user == bindparam("user")).order_by(_d.typed_at.desc(), _d.stage, _d.party)
)
DRAFT = and_(*(_d[key] == bindparam(f"of_{key}") for key in ("tenant", "user", "incident", "stage", "party")))
DROP_DRAFT = delete(t.drafts).where(DRAFT)
UNFINISHED = select(_d.user, _d.stage, _d.saved_at, _d.party).where(
    _d.tenant == bindparam("tenant"), _d.incident == bindparam("incident"), _d.stage != SAID
)
CHANGE = sql_update(t.incidents).where(
    t.incidents.c.tenant == bindparam("of_tenant"), t.incidents.c.id == bindparam("of_incident")
)
HEAD = select(t.incidents).where(
    t.incidents.c.tenant == bindparam("tenant"), t.incidents.c.id == bindparam("incident")
)
CREATE = insert(t.incidents)
HEAD_LOCKED = HEAD.with_for_update()


def page(row: Any) -> Page:  # noqa: ANN401 - here and below: a row of that table
    return Page(
        row.stage, row.party, row.version, row.answers, row.skipped, row.saved_by, row.saved_at, row.view
    )


def event(row: Any) -> Event:  # noqa: ANN401
    return Event(row.at, What(row.what), row.actor, row.party, row.data)


def signal(row: Any) -> Signal:  # noqa: ANN401
    name, surface = plain_name(row.name), surface_of(row.kind)
    return Signal(row.user, name, surface, row.at, row.standing, row.kind, row.party, row.account)


def party(row: Any) -> Party:  # noqa: ANN401
    return Party(row.key, row.kind, row.name, row.tz, row.told_us)


def action(row: Any) -> Action:  # noqa: ANN401
    return Action(
        row.key,
        row.owner,
        row.due,
        row.done_at,
        row.dropped,
        row.text,
        row.strength,
        row.tell_client,
        row.proof,
    )


def draft(row: Any) -> Draft:  # noqa: ANN401
    return Draft(row.incident, row.stage, row.party, row.values, row.page_version, row.typed_at, row.saved_at)


def unfinished(row: Any) -> Unfinished:  # noqa: ANN401
    return left(row.user, row)


def left(user: str, draft: Any) -> Unfinished:  # noqa: ANN401
    """What that person has left, by a row of `drafts` or a `Draft`."""
    stage = find(draft.stage)
    return Unfinished(user, draft.stage, draft.saved_at, draft.party, stage.of if stage else "")


def as_stored(given: Page | Event | Draft) -> Any:  # noqa: ANN401 - the same type as given
    """As it would be read back: times in UTC, and of its data what JSON keeps."""
    if isinstance(given, Draft):
        kept = json.loads(json.dumps(dict(given.values)))
        return replace(given, values=kept, saved_at=given.saved_at.astimezone(UTC))
    if isinstance(given, Page):
        kept = json.loads(json.dumps(dict(given.answers)))
        return replace(given, answers=kept, saved_at=given.saved_at.astimezone(UTC))
    return replace(given, data=json.loads(json.dumps(dict(given.data))), at=given.at.astimezone(UTC))
