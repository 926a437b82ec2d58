"""outbox: what became of a post, written down. One transaction each; the incident is locked first.

`YES` ends a post; a sure no lets it wait anew; what cannot be known is looked for in the history.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.outbox import asked, undelivered
from bot.outbox.kinds import kind_of
from bot.outbox.ports import REST, Body, Moment
from bot.store import nudges, posts, rooms, surfaces
from bot.store.erase import ERASED
from bot.store.posts import MORE, Post, State
from bot.store.rows import Head
from bot.store.store import Store
from bot.store.tables import MARK

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 12
GOING_ON = -2  # before all else: half of it is being read
HOPELESS = timedelta(days=1)  # late, and tried so often: something is wrong with this one


def sent(connection: Connection, post: Post, ts: str, body: Body | None, moment: Moment) -> None:
    """It is out, as that message (or channel); what it makes room for, or didn't hold, goes in with it."""
    store, head = _locked(connection, post)
    values = {"channel": post.channel, "sent_ts": ts, "sent_at": moment.now, "reason": "", "body": body}
    if posts.change(connection, post, State.SENT, **values):
        if post.kind == rooms.ROOM:
            rooms.made(store, post, ts, moment.now)
            _plan_anew(store, post, moment)
        if body and body.get(REST):
            posts.add(store, _follower(post, str(body[REST]), moment.now))
        if asked.arrived(store, post, moment.now):
            _plan_anew(store, post, moment)
        _redraw(store, post, head, moment.now)
        return
    known = posts.by_id(connection, post.id)
    if known and known.reason == ERASED:  # while it was on its way
        surfaces.take_down(store, post.channel, ts, moment.now)
    elif known and known.sent_ts and known.sent_ts != ts:
        log.error("posted twice", extra={"post": post.id, "kind": post.kind})


def _follower(post: Post, text: str, now: datetime) -> Post:
    """The message that holds the rest: due only now that the one before it is out, so they come in order."""
    number = post.ordinal + 1 if post.kind == MORE else 1
    return Post(
        tenant=post.tenant,
        incident=post.incident,
        kind=MORE,
        party=post.party if post.kind == MORE else post.id[:MARK],
        ordinal=number,
        recipient=post.recipient,
        place=post.place,
        due_at=now,
        priority=GOING_ON,
        channel=post.channel if post.place == "thread" else "",
        thread=post.thread,
        data={"text": text},
    )


def again(connection: Connection, post: Post, run_at: datetime, reason: str, moment: Moment) -> None:
    """It is surely not out: it waits anew, and a nudge that is now overtaken or without a reason goes.

    One that was not even claimed counts a try too, so that its waits grow.
    """
    store, head = _locked(connection, post)
    attempt, why = post.attempt + (post.state is State.PENDING), nudges.reason_of(post, reason)[:80]
    if posts.again(connection, post, run_at, why, attempt) and head and post.state is not State.PENDING:
        if asked.taken_back(store, post):
            _redraw(store, post, head, moment.now)
        _replan(store, post, moment)


def not_found(connection: Connection, post: Post, run_at: datetime, moment: Moment) -> None:
    """It is not in the history: again, but not for ever."""
    if post.attempt >= MOST_ATTEMPTS and moment.now - post.due_at > HOPELESS:
        ended(connection, post, State.DEAD, post.reason, moment)
    else:
        again(connection, post, run_at, post.reason, moment)


def ended(connection: Connection, post: Post, state: State, reason: str, moment: Moment) -> None:
    """It will not go, or nobody can know: a person is shown that, and its chain goes on to the next step."""
    store, head = _locked(connection, post)
    tried = post.first_try_at or moment.now
    if posts.change(connection, post, state, reason=reason[:80], first_try_at=tried):
        level = logging.WARNING if kind_of(post).courtesy else logging.ERROR
        log.log(
            level,
            "post needs a person",
            extra={"post": post.id, "kind": post.kind, "state": state.value},
        )
        _redraw(store, post, head, moment.now)
        surely_not = state is not State.UNCERTAIN
        if surely_not:
            asked.taken_back(store, post)
        if surely_not and undelivered.noted(store, replace(post, reason=reason), moment):
            _plan_anew(store, post, moment)
            undelivered.said(store, replace(post, reason=reason), moment)
        else:
            _replan(store, post, moment)


def check(connection: Connection, post: Post, when: datetime, reason: str) -> None:
    """Whether it is out is not known; the history is read from then on."""
    why = nudges.reason_of(post, reason)[:80]
    posts.change(connection, post, State.CHECKING, run_at=when, reason=why)


def unread(connection: Connection, post: Post, when: datetime) -> None:
    """The history could not be read; once more then."""
    posts.change(connection, post, State.CHECKING, run_at=when, reads=post.reads + 1)


def parked(connection: Connection, post: Post, run_at: datetime, fault: str, moment: Moment) -> None:
    """Our own fault: later again, and after some tries a person is shown it."""
    if post.attempt + 1 < MOST_ATTEMPTS:
        why = nudges.reason_of(post, fault)
        posts.change(connection, post, post.state, run_at=run_at, reason=why, attempt=post.attempt + 1)
    else:
        ended(connection, post, State.DEAD if post.state is State.PENDING else State.UNCERTAIN, fault, moment)


def _locked(connection: Connection, post: Post) -> tuple[Store, Head | None]:
    """Claims, outcomes and use cases of one incident come one after the other."""
    store = Store(connection, post.tenant)
    return store, store.head(post.incident, for_update=True) if post.incident else None


def _redraw(store: Store, post: Post, head: Head | None, now: datetime) -> None:
    """Whoever sees this incident sees what became of the post."""
    if head:
        surfaces.redraw(store, post.incident, {head.reporter, head.handler}, now)


def _replan(store: Store, post: Post, moment: Moment) -> None:
    if post.kind in moment.policy.nudges:
        _plan_anew(store, post, moment)


def _plan_anew(store: Store, post: Post, moment: Moment) -> None:
    incident = store.load(post.incident)
    if incident:
        nudges.replan(store, incident, moment.policy)
