"""guide: a reply that its author has changed or deleted since: all who read it hear that, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Busy
from bot.domain.incident import Incident
from bot.guide import messages
from bot.guide.replies import WHICH, never_heard, reply, reply_mark
from bot.guide.settling import settle
from bot.guide.signals import Where
from bot.guide.work import Work
from bot.store import posts, surfaces, whereabouts
from bot.store.posts import IN_FLIGHT, MORE, Post, State
from bot.store.tables import MARK

CHANGED = "reply_changed"
KEPT = ("reply", "changed")  # of a message that's gone: which reply it was about, and as of when


def amend(work: Work, where: Where, user: str, text: str, ts: str, at: datetime) -> Incident | None:
    """The message `ts` of theirs says `text` now, "" where it's deleted; `where.ts`: the head of its thread.

    One whose first words never came is a reply by now. None where it answers nothing of ours, or an older
    change comes late. Raises: Busy while its first words are on their way.
    """
    question = posts.by_key(work.store, "", WHICH, ts, user)
    notice = whereabouts.signalled(work.store, where.channel, user, reply_mark(ts))
    if question and not notice:
        _reword(work, question, text, at)
        return None
    if notice is None and not text:
        never_heard(work, where, ts)
        return None
    if notice is None:
        return reply(work, replace(where, since=ts), user, text, ts, at)
    said = posts.of_incident(work.store, notice.incident, "passed_on", CHANGED)
    said = [post for post in said if post.data.get("reply") == ts]
    newest = max(said, key=_changed_at, default=None)
    if newest and (_changed_at(newest) >= at.timestamp() or newest.data.get("text") == text):
        return None
    standing = [post for post in said if post.state is not State.CANCELLED]
    told = [post for post in standing if post.kind == CHANGED and post.state is not State.PENDING]
    unread = [_reword(work, post, text, at) for post in standing if post not in told]
    for post in (*told, *_rest(work, notice.incident, said)):
        _drop(work, post)
    if not text:
        work.store.signal(where.channel, whereabouts.mark_of(notice), user, reply_mark(ts), False, at)
    if not any(unread) or not (text or all(unread)):
        incident, changed = work.reload(notice.incident), str(at.timestamp())
        to = incident.reporter
        messages.send(work, incident, CHANGED, to, sender=user, text=text, reply=ts, changed=changed)
    return settle(work, notice.incident)


def _changed_at(post: Post) -> float:
    return float(post.data.get("changed", 0))


def _reword(work: Work, post: Post, text: str, at: datetime) -> bool:
    """The message that holds their words gets the new ones, or none; whether no one had read the old ones."""
    if post.state in IN_FLIGHT:
        raise Busy
    waits = post.state is State.PENDING
    state = State.CANCELLED if waits and not text else post.state
    data = {**post.data, "text": text, "changed": at.timestamp()}
    posts.change(work.store.connection, post, state, data=data)
    if not waits:
        surfaces.mark(work.store, post.kind, post.incident, post.id, work.now)
    return waits


def _rest(work: Work, incident: str, said: Sequence[Post]) -> list[Post]:
    """Long words came in several messages; the later ones hold old words only."""
    begun = {post.id[:MARK] for post in said}
    return [rest for rest in posts.of_incident(work.store, incident, MORE) if rest.party in begun]


def _drop(work: Work, post: Post) -> None:
    """A message of nothing but words that hold no more, which another one says: it goes."""
    if post.state in IN_FLIGHT:
        raise Busy
    if post.state is State.SENT:
        surfaces.take_down(work.store, post.channel, post.sent_ts, work.now)
    data = {key: post.data[key] for key in KEPT if key in post.data}
    posts.change(work.store.connection, post, State.CANCELLED, reason="changed", data=data, body=None)
