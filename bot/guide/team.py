"""guide: the team channel, an existing one or one of its own; neutral news in its thread (product.md 0.4).

Nothing here names the reporter, and the client only where the policy says so.
"""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.stage import Answers
from bot.guide.work import Work
from bot.store import posts, rooms
from bot.store.posts import CARD, Post, State

NEWS = "news"
PRETENDED = "PRACTICE"  # the channel that a practice run would have made


def chosen(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """The page was saved. A practice run makes no channel: its card comes to the one who practises."""
    where, picked = answers.get("where") or "existing", answers.get("channel") or ""
    if where == "new" and not incident.practice:
        rooms.wish(work.store, incident, user, work.now)
    else:
        channel = {"new": PRETENDED, "none": ""}.get(where, picked)
        rooms.use(work.store, incident, channel, user, work.now)


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
    cards = posts.of_incident(work.store, incident.id, CARD)
    return next((p for p in cards if p.state is State.SENT and p.recipient == incident.team_channel), None)
