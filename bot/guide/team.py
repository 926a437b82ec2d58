"""guide: the team channel: its card, neutral news in its thread, a wrong channel undone (product.md 0.4).

Nothing here names the reporter, and the client only where the policy says so.
"""

from __future__ import annotations

from bot.domain.incident import Event, Incident, What
from bot.domain.stage import Answers
from bot.guide.work import Work
from bot.store import posts
from bot.store.posts import CARD, Post, State

NEWS = "news"


def channel_of(incident: Incident) -> str:
    """The team's channel as it stands, "" for none."""
    chosen = incident.last(What.TEAM)
    return str(chosen.data.get("channel") or "") if chosen else ""


def chosen(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """The page was saved: a card for that channel, unless it has one. An older card says it has moved."""
    channel = answers.get("channel") or ""
    if channel == channel_of(incident):
        return
    work.store.append(incident.id, [Event(work.now, What.TEAM, user, "", {"channel": channel})])
    for old in posts.of_incident(work.store, incident.id, CARD):
        if old.state is State.PENDING and old.recipient != channel:
            posts.change(work.store.connection, old, State.CANCELLED, reason="moved")
    if channel:
        cards = posts.of_incident(work.store, incident.id, CARD)
        card = Post(
            tenant=incident.tenant,
            incident=incident.id,
            kind=CARD,
            ordinal=len(cards) + 1,
            recipient=channel,
            place="channel",
            due_at=work.now,
            priority=3,
            data={},
        )
        posts.add(work.store, card)


def tell_news(work: Work, incident: Incident, code: str, **values: str) -> None:
    """One neutral line in the thread of the card, if there is one: a block of `surfaces/news.j2`."""
    card = current_card(work, incident)
    if card is None:
        return
    post = Post(
        tenant=incident.tenant,
        incident=incident.id,
        kind=NEWS,
        ordinal=len(posts.of_incident(work.store, incident.id, NEWS)) + 1,
        recipient=card.channel,
        place="thread",
        channel=card.channel,
        thread=card.sent_ts,
        due_at=work.now,
        priority=4,
        data={"code": code, **values},
    )
    posts.add(work.store, post)


def current_card(work: Work, incident: Incident) -> Post | None:
    """The card that is out, in the channel that is chosen now."""
    channel = channel_of(incident)
    cards = posts.of_incident(work.store, incident.id, CARD)
    return next((p for p in cards if p.state is State.SENT and p.recipient == channel), None)
