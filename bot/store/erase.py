"""store: what is taken out of rows: a whole incident, one person's id and name, what is R's alone.

Ids are replaced and not just dropped, so that the record still says what happened, by role. Nothing is
decided in here; `bot.guide.erasing` and `bot.guide.keeping` decide.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, and_, delete, or_, select, update

from bot.domain.record import Event, What
from bot.stages.audience import ALONE, PRIVATE, TYPED, Places
from bot.store import tables as t
from bot.store.mentions import inside, on_messages, rows_of
from bot.store.posts import OPEN, UNRECORDED, State
from bot.store.rooms import STEPS
from bot.store.store import Store

OF_AN_INCIDENT = (t.pages, t.drafts, t.events, t.parties, t.actions, t.posts, t.surfaces)
TYPED_IN_DATA = frozenset({"text", "reason"})  # keys of events' and posts' data that hold what people wrote
ERASED = "erased"  # why a message is over
Hide = Callable[[str], str]


def incidents(store: Store, keys: Sequence[str]) -> None:
    """Everything that is kept of these incidents, the marks people left on their messages included."""
    i = t.incidents.c
    for here in on_messages(store, keys):
        store.connection.execute(delete(t.signals).where(*here))
    for c in (table.c for table in OF_AN_INCIDENT):
        store.connection.execute(delete(c.tenant.table).where(c.tenant == store.tenant, c.incident.in_(keys)))
    store.connection.execute(delete(t.incidents).where(i.tenant == store.tenant, i.id.in_(keys)))
    store.reread()


def private(store: Store, key: str, places: Places = PRIVATE, events: frozenset[What] = ALONE) -> None:
    """What is R's alone: these answers, the events that go with them, the link it began with."""
    for page in rows_of(store, t.pages, key):
        kept = {name: value for name, value in page.answers.items() if (page.stage, name) not in places}
        if kept != page.answers:
            _set(store, t.pages, page, answers=kept)
    if events:
        e, kinds = t.events.c, [what.value for what in events]
        store.connection.execute(
            delete(t.events).where(e.tenant == store.tenant, e.incident == key, e.what.in_(kinds))
        )
        i = t.incidents.c
        whole = update(t.incidents).where(i.tenant == store.tenant, i.id == key)
        store.connection.execute(whole.values(source=""))
    store.reread()


def event(store: Store, key: str, untrue: Event) -> None:
    """What turned out not to have happened."""
    for row in rows_of(store, t.events, key):
        if (row.at, row.what, row.data) == (untrue.at, untrue.what.value, untrue.data):
            store.connection.execute(delete(t.events).where(t.events.c.seq == row.seq))
    store.reread()


def pages_of(store: Store, key: str, party: str) -> None:
    """Every page of that party key goes: a co-reporter's own."""
    p = t.pages.c
    store.connection.execute(
        delete(t.pages).where(p.tenant == store.tenant, p.incident == key, p.party == party)
    )
    store.reread()


def person(store: Store, key: str, names: Mapping[str, str], hide: Hide) -> None:
    """In every row of that incident: each of these ids becomes its stand-in; typed text goes through `hide`.

    Bodies of messages go: they are kept for a second try and for redrawing, and are made anew for both.
    """
    i = t.incidents.c
    row = store.connection.execute(
        select(t.incidents).where(i.tenant == store.tenant, i.id == key)
    ).one_or_none()
    if row is None:
        return
    of_this = update(t.incidents).where(i.tenant == store.tenant, i.id == key)
    new = {c: names.get(getattr(row, c), getattr(row, c)) for c in ("reporter", "handler")}
    store.connection.execute(of_this.values(**new))
    _signals(store, key, names)
    for page in rows_of(store, t.pages, key):
        answers = {
            name: _told(value, names, hide if (page.stage, name) in TYPED else _as_is)
            for name, value in page.answers.items()
        }
        _set(store, t.pages, page, answers=answers, saved_by=names.get(page.saved_by, page.saved_by))
    for event in rows_of(store, t.events, key):
        actor = names.get(event.actor, event.actor)
        _set(store, t.events, event, actor=actor, data=_data(event.data, names, hide))
    for post in rows_of(store, t.posts, key):
        to = names.get(post.recipient, post.recipient)
        waits = to != post.recipient and post.state in OPEN
        over = {"state": State.CANCELLED.value, "reason": ERASED} if waits else {}
        data = _data(post.data, names, hide)
        _set(store, t.posts, post, recipient=to, body=None, data=data, **over, **_unnamed(post, to))
    for draft in rows_of(store, t.drafts, key):
        # what someone has typed and not saved stays theirs; who they had picked is a role: the page says so
        _set(store, t.drafts, draft, values=_told(draft.values, names, _as_is))
    for action in rows_of(store, t.actions, key):
        texts = {"text": hide(action.text), "proof": hide(action.proof)}
        _set(store, t.actions, action, owner=names.get(action.owner, action.owner), **texts)
    store.reread()


def _unnamed(post: Any, to: str) -> dict[str, str]:  # noqa: ANN401 - a row
    """A new id for what was never tried, or surely isn't in Slack: its own follows from who it was for, and
    would stand in the way of the same step once they've a part again. What may lie there is known by its id.
    """
    return {"id": uuid.uuid4().hex} if to != post.recipient and post.first_try_at is None else {}


def parties(store: Store, key: str) -> None:
    """Whoever was affected has no name any more."""
    p = t.parties.c
    store.connection.execute(
        update(t.parties).where(p.tenant == store.tenant, p.incident == key).values(name="")
    )
    store.reread()


def _data(data: Mapping[str, Any], names: Mapping[str, str], hide: Hide) -> dict[str, Any]:
    return {k: _told(v, names, hide if k in TYPED_IN_DATA else _as_is) for k, v in data.items()}


def _as_is(text: str) -> str:
    return text


def _told(value: Any, names: Mapping[str, str], hide: Hide) -> Any:  # noqa: ANN401 - what JSON can hold
    """A value with stand-ins for ids, also where an id stands inside a text."""
    if isinstance(value, str):
        for user, word in names.items():
            value = value.replace(user, word)
        return hide(value)
    if isinstance(value, list):
        return [_told(item, names, hide) for item in value]
    return _data(value, names, hide) if isinstance(value, dict) else value


def _signals(store: Store, key: str, names: Mapping[str, str]) -> None:
    s = t.signals.c
    for here in on_messages(store, [key]):
        for user, word in names.items():
            store.connection.execute(update(t.signals).where(*here, s.user == user).values(user=word))


def _set(store: Store, table: Table, row: Any, **values: Any) -> None:  # noqa: ANN401 - rows and columns
    same = (column == row._mapping[column.name] for column in table.primary_key.columns)
    store.connection.execute(update(table).where(*same).values(**values))


def take_part_no_more(store: Store, key: str, user: str) -> int:
    """That person's marks on this incident's messages, and what they typed in it and never saved; how much.

    What was sent to them, or waits to be, is over, and where it lies isn't kept: a DM's id leads to its
    person. In someone else's practice run it lies in that other's.
    """
    s, p, d = t.signals.c, t.posts.c, t.drafts.c
    gone = 0
    for here in on_messages(store, [key]):
        gone += store.connection.execute(delete(t.signals).where(*here, s.user == user)).rowcount
    mine = (d.tenant == store.tenant, d.incident == key, d.user == user)
    gone += store.connection.execute(delete(t.drafts).where(*mine)).rowcount
    to_them = (p.tenant == store.tenant, p.incident == key, p.recipient == user)
    unknown = or_(p.state.not_in(UNRECORDED), p.kind.in_(STEPS))  # Slack has no message with its id
    store.connection.execute(update(t.posts).where(*to_them, unknown).values(first_try_at=None))
    over = update(t.posts).where(*to_them).values(state="cancelled", reason=ERASED, body=None, data={})
    store.connection.execute(over)
    practised = select(t.incidents.c.id).where(t.incidents.c.tenant == store.tenant, t.incidents.c.practice)
    in_dm = (*to_them, p.place == "dm", p.incident.not_in(practised))
    store.connection.execute(update(t.posts).where(*in_dm).values(channel=""))
    store.reread()
    return gone


def beyond_incidents(store: Store, user: str, besides: Sequence[str]) -> None:
    """What is known of somebody anywhere else: name, zone, Home, doors, their id in the audit table."""
    p, s, o, a = t.people.c, t.surfaces.c, t.posts.c, t.audit.c
    theirs = (p.user == user) | (p.same_as == user)
    store.connection.execute(delete(t.people).where(p.tenant == store.tenant, theirs))
    store.connection.execute(delete(t.surfaces).where(s.tenant == store.tenant, s.subject == user))
    asked = and_(o.incident == "", *inside(t.posts, user))  # a question to somebody else, which names them
    doors = (o.tenant == store.tenant, or_(o.recipient == user, asked), o.incident.not_in(besides))
    store.connection.execute(delete(t.posts).where(*doors))
    noted = (a.tenant == store.tenant, a.actor == user, a.incident.not_in(besides))
    store.connection.execute(update(t.audit).where(*noted).values(actor=""))
    store.reread()


def unnoted(store: Store, keys: Sequence[str], user: str) -> None:
    """Their id in the audit table, as far as it's about these incidents."""
    a = t.audit.c
    noted = (a.tenant == store.tenant, a.incident.in_(keys), a.actor == user)
    store.connection.execute(update(t.audit).where(*noted).values(actor=""))
