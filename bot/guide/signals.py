"""guide: reactions and presses on our messages: rows that come and go (product.md 0.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import values
from bot.domain.access import Role, admits, roles
from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.signal import NAME_MAX, plain_name
from bot.guide import messages, sight, telling
from bot.guide.reader import reader
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.store import export, posts, whereabouts
from bot.store.posts import CARD, Post, State
from bot.store.rows import NOTICES

CLOCKS_DIFFER, LONGEST_CALL = 120.0, 60.0  # seconds: what we take for Slack's clock from its own; the lease
WAITS = "waits"  # kept of someone who offered help before Slack said who they are
SETTLERS = frozenset({Role.HANDLER, Role.LEAD, Role.HELPER})
ON_NOTICE = frozenset({"seen", "call", "take", "details"})
ON_CARD = {"seen": "read_card", "help": "help"}  # button -> what an account must be able to do


@dataclass(frozen=True, slots=True)
class Where:
    """The message an act was done on, as Slack's envelope says; `ours`: it says that the bot wrote it.

    `since`: only what lay there at that time counts; "" for everything.
    """

    channel: str
    ts: str
    ours: bool = True
    since: str = ""


def reaction(work: Work, where: Where, user: str, name: str, at: datetime, *, added: bool) -> Incident | None:
    """A reaction was put on a message or taken off; None when the message is not one of ours.

    Raises: NotFound for an account that has no say here.
    """
    post = whereabouts.by_message(work.store, where.channel, where.ts)
    if post is None and not whereabouts.unrecorded_in(work.store, where.channel):
        return None
    if work.kind(user) != "unknown":  # who is not known yet waits: `bring_in_who_waited`
        work.account(user, "read_card")
    work.store.signal(where.channel, where.ts, user, name[:NAME_MAX], added, at)
    post = post or in_doubt(work, where)
    if post and added and work.policy.meaning(plain_name(name)) == "done":
        _ask_for_next(work, post, user)
    if post is None:
        return None  # it counts once we know where our message is
    if post.kind == CARD and added:
        _bring_in(work, post.incident, user)
    return settle(work, post.incident)


def _bring_in(work: Work, key: str, user: str) -> None:
    """Somebody offers their help on the card: H is asked, privately and once, to bring them in, and they are
    shown the way to what helpers may read (product.md 0.5).
    """
    if work.kind(user) == "unknown":
        work.store.first_time(work.now, WAITS, user)
        return
    incident = work.reload(key)
    if roles(incident, user, work.policy) != {Role.HELPER} or not incident.live:
        return  # who has another part in it is in already
    if work.store.first_time(work.now, "helper", key, user):
        messages.send(work, incident, "helper", incident.handler, sender=user)
        messages.send(work, incident, "helping", user)


def bring_in_who_waited(work: Work, user: str) -> None:
    """Slack has said who that is, who offered their help while it had not."""
    if work.kind(user) == "unknown" or not work.store.seen(WAITS, user):
        return
    for key in export.cards_marked(work.store, user):
        _bring_in(work, key, user)
        settle(work, key)


def _ask_for_next(work: Work, post: Post, user: str) -> None:
    """An update was ticked off in the thread by somebody whose word counts: H is asked, privately and once,
    for the next promised time (product.md 0.5).
    """
    for twin in whereabouts.of_message(work.store, post) if post.place == "thread" else ():
        incident = work.reload(twin.incident)
        counts = twin.kind.startswith("upd.") and incident.live and _may_settle(work, incident, twin, user)
        if counts and work.store.first_time(work.now, "next_time", twin.id):
            messages.send(work, incident, "next_time", incident.handler, sender=user, party=twin.party)


def _may_settle(work: Work, incident: Incident, twin: Post, user: str) -> bool:
    """H, the lead, a helper, or whoever the reminder itself went to."""
    asked = {
        p.recipient for p in posts.of_incident(work.store, incident.id, twin.kind) if p.party == twin.party
    }
    return user in asked or bool(roles(incident, user, work.policy) & SETTLERS)


def press(work: Work, post_id: str, user: str, button: str, where: Where) -> Incident:
    """A button of the boss notice: Seen, Call me, I'll take this. Raises: NotFound."""
    post = _of_mine(work, post_id, user, where)
    if post.kind not in NOTICES or button not in ON_NOTICE:
        raise NotFound("press", user)
    actor = post.recipient if _practising(work, post, user) else user
    incident = (
        work.reload(post.incident) if actor != user else work.incident(post.incident, user, "acknowledge")
    )
    at = work.at_slack(work.now)
    work.store.signal(post.channel, post.sent_ts, actor, f"button:{button}", True, at)
    return settle(work, incident.id)


def press_card(work: Work, post_id: str, user: str, button: str, channel: str) -> Incident:
    """A button of the team's card: I have read this, I can help. Anybody who sees the card may: it was
    pressed in `channel`, as Slack says. Raises: NotFound.
    """
    post = _of_mine(work, post_id, user)
    fits = post.kind == CARD and button in ON_CARD and channel == post.channel
    if not fits or not admits(work.reload(post.incident), user):
        raise NotFound("card", user)
    if work.kind(user) != "unknown":
        work.account(user, ON_CARD[button])
    at = work.at_slack(work.now)
    work.store.signal(post.channel, post.sent_ts, user, f"button:{button}", True, at)
    if button == "help":
        _bring_in(work, post.incident, user)
    return settle(work, post.incident)


def _practising(work: Work, post: Post, user: str) -> bool:
    """In a practice run the one person who gets everything answers for everybody."""
    head = work.store.head(post.incident)
    return head is not None and head.practice and head.reporter == user


@dataclass(frozen=True, slots=True)
class Opened:
    """A notice's whole text and what Seen opens, for the person who looks."""

    text: str
    incident: Incident
    names: Mapping[str, str]
    tz: str


def details(work: Work, post_id: str, user: str) -> Opened:
    """What [Details] shows. Raises: NotFound."""
    post = _of_mine(work, post_id, user)
    incident = sight.look(work, work.incident(post.incident, user, "see_facts"), user, "details")
    who = reader(work, incident, user)
    return Opened(telling.said(work.store, incident), incident, who.names, who.tz)


def in_doubt(work: Work, where: Where) -> Post | None:
    """The one post of unknown fate that this message of ours can be: tried there at that time.

    From now on we know where it is (reliability.md 3, step 7).
    """
    at = values.stamp(where.ts)
    if at is None:
        return None
    tried = (
        (post, at.timestamp() - since)
        for post in whereabouts.unrecorded_in(work.store, where.channel)
        if where.ours and (since := _tried_at(work, post)) is not None
    )
    found = [post for post, took in tried if -CLOCKS_DIFFER <= took <= LONGEST_CALL]
    return _arrived(work, found[0], where.ts) if len(found) == 1 else None


def _tried_at(work: Work, post: Post) -> float | None:
    """When it was sent, by Slack's clock, in seconds; None for never."""
    if post.since is not None or post.first_try_at is None:
        return post.since
    return work.at_slack(post.first_try_at).timestamp()


def _arrived(work: Work, post: Post, ts: str) -> Post | None:
    """A post whose outcome we did not know is out, as that message."""
    posts.change(work.store.connection, post, State.SENT, sent_ts=ts, sent_at=work.now, reason="")
    return posts.by_id(work.store.connection, post.id)


def _of_mine(work: Work, post_id: str, user: str, where: Where | None = None) -> Post:
    """The post a button belongs to. One whose outcome we did not know has arrived: it was pressed there."""
    post = posts.by_id(work.store.connection, post_id)
    if post and where and where.channel == post.channel and where.ts and whereabouts.unrecorded(post):
        post = _arrived(work, post, where.ts)
    if post is None or post.tenant != work.store.tenant or not post.sent_ts:
        raise NotFound("post", user)
    return post
