"""guide: a typed reply to a notice: Seen, and passed on to R word for word (product.md 0.5)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.errors import Busy, NotFound, Refused
from bot.domain.incident import Incident
from bot.guide import messages
from bot.guide.settling import settle
from bot.guide.signals import Where, in_doubt
from bot.guide.work import Work
from bot.store import posts, whereabouts
from bot.store.posts import Post, State
from bot.store.rows import NOTICES

WHICH = "which"  # the question which notice a reply is for
MOST = 5  # notices to choose from, the newest ones: buttons of one row


def reply_mark(ts: str) -> str:
    """What a reply is kept as among the signs on its notice: each one can be taken back by itself."""
    return f"reply::{ts}"


def reply(work: Work, where: Where, user: str, text: str, ts: str, at: datetime) -> Incident | None:
    """A typed message in the DM; None when it answers nothing of ours, or nobody can tell what it answers.

    `where.ts`: the head of its thread; there it belongs to that notice. "": outside one, to the only open
    notice that went to this person, or may have; with several open they are asked for which it is. `ts`: the
    reply's own. Raises: Busy while we do not know yet whether a notice has just arrived there: Slack then
    brings it again.
    """
    if whereabouts.in_flight(work.store, where.channel, *NOTICES):
        raise Busy
    found = _in_thread(work, where) if where.ts else _open(work, where.channel)
    mine = [post for post in found if post.kind in NOTICES and post.recipient == user]
    mine = [post for post in mine if work.may("acknowledge", work.reload(post.incident), user)]
    mine = [post for post in mine if not where.since or post.sent_ts <= where.since]
    if len(mine) > 1:
        _ask(work, mine, user, text, ts, at)
    return _pass_on(work, mine[0], user, text, ts, at) if len(mine) == 1 else None


def never_heard(work: Work, where: Where, ts: str) -> None:
    """Its author has deleted it: it's passed on to no one, though Slack should bring it after that."""
    work.store.first_time(work.now, "reply", where.channel, ts)


def _in_thread(work: Work, where: Where) -> list[Post]:
    """The notice; below a question of ours, the notice of what it is about."""
    post = whereabouts.by_message(work.store, where.channel, where.ts) or in_doubt(work, where)
    if post is None or post.kind in NOTICES:
        return [post] if post else []
    lying = whereabouts.lying_in(work.store, where.channel, *NOTICES)
    return [p for p in lying if p.incident == post.incident][:1]


def _open(work: Work, channel: str) -> list[Post]:
    """The newest notice there of each incident that is not over; where all are over, of each of those."""
    newest: dict[str, Post] = {}
    for post in whereabouts.lying_in(work.store, channel, *NOTICES):
        newest.setdefault(post.incident, post)
    live = [post for key, post in newest.items() if work.reload(key).live]
    return live or list(newest.values())


def _ask(work: Work, found: list[Post], user: str, text: str, ts: str, at: datetime) -> None:
    """For which of these is it? Asked once, in their DM; until they say, it goes to nobody.

    It belongs to no incident: whose record the words are for is what we do not know.
    """
    choices = [
        {"post": post.id, "from": work.reload(post.incident).reporter, "at": post.due_at.isoformat()}
        for post in found[:MOST]
    ]
    question = Post(
        tenant=work.store.tenant,
        incident="",
        kind=WHICH,
        party=ts,
        recipient=user,
        due_at=work.now,
        priority=messages.PRIORITY,
        data={"text": text, "said_at": at.isoformat(), "choices": choices},
    )
    posts.add(work.store, question)


def choose(work: Work, question: str, user: str, post: str) -> str:
    """They have said for which notice it is: it is passed on, once; to whom, by name.

    Raises: NotFound; Refused where it was passed on for another one before.
    """
    asked = posts.by_id(work.store.connection, question)
    if asked is None or (asked.tenant, asked.kind, asked.recipient) != (work.store.tenant, WHICH, user):
        raise NotFound("which", user)
    chosen = next((c["post"] for c in asked.data.get("choices", ()) if c["post"] == post), "")
    notice = posts.by_id(work.store.connection, chosen)
    if notice is None or not asked.data["text"]:  # deleted since
        raise NotFound("which", user)
    incident = work.incident(notice.incident, user, "acknowledge")
    to = messages.someone(incident.reporter, incident.handler)
    name = work.names([to]).get(to, "")
    at = datetime.fromisoformat(asked.data["said_at"])
    passed = _pass_on(work, notice, user, str(asked.data["text"]), asked.party, at)
    if passed is None and post not in (gone := _gone(work, asked)):
        raise Refused("gone_already", to=next(iter(gone.values()), ""), other=name)
    return name


def _gone(work: Work, asked: Post) -> dict[str, str]:
    """For which of the notices its words were passed on, and whose that is, by name."""
    names = work.names(choice["from"] for choice in asked.data["choices"])
    found: dict[str, str] = {}
    for choice in asked.data["choices"]:
        notice = posts.by_id(work.store.connection, choice["post"])
        sent = posts.of_incident(work.store, notice.incident, "passed_on") if notice else []
        if any(one.data.get("reply") == asked.party for one in sent):
            found[choice["post"]] = names.get(choice["from"], "")
    return found


def _pass_on(work: Work, post: Post, user: str, text: str, ts: str, at: datetime) -> Incident | None:
    if not work.store.first_time(work.now, "reply", post.channel, ts):
        return None
    if whereabouts.unrecorded(post) and post.state is State.UNCERTAIN:
        posts.change(work.store.connection, post, State.SENT, sent_at=work.now, reason="confirmed")
    work.store.signal(post.channel, whereabouts.mark_of(post), user, reply_mark(ts), True, at)
    incident = work.reload(post.incident)
    to = messages.someone(incident.reporter, incident.handler)
    messages.send(work, incident, "passed_on", to, sender=user, text=text, reply=ts)
    return settle(work, post.incident)
