"""guide: telling the boss, taking it back, and what their answers mean (product.md 1.3 S6, 0.5)."""

from __future__ import annotations

from bot.domain.errors import NotFound, Refused
from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.stage import Answers
from bot.guide import messages
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.store import posts
from bot.store.posts import NOTICE, Post, State
from bot.store.store import Store


def chosen(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """`tell` or `safe` was saved: the senior branch and "they know already" need no text."""
    if "senior" in (answers.get("special") or ()):
        if not incident.senior:
            work.store.append(incident.id, [Event(work.now, What.SENIOR, user)])
        _offered(work, incident, str(answers.get("handler") or ""), user)
    elif answers["how"] == "known" and incident.untold:
        work.store.append(incident.id, [_told(work, incident, user)])


def _offered(work: Work, incident: Incident, handler: str, user: str) -> None:
    """Whoever leads without anybody above picks who handles it: it is offered, as any handover is."""
    if handler and handler not in (incident.handler, incident.offered_to):
        work.store.append(incident.id, [Event(work.now, What.OFFERED, user, "", {"to": handler})])
        messages.send(work, incident, "offer", handler, sender=user)


def send(work: Work, incident: Incident, answers: Answers, user: str, party: str) -> None:
    """The text was read and confirmed. Sending it is the outbox's; saying it oneself is a fact already."""
    page = incident.chosen
    if page is None:
        raise Refused("nobody_chosen")
    if not incident.untold:
        _correct(work, incident, answers)
        return
    _take_out(work, incident)
    told = _told(work, incident, user)
    work.store.append(incident.id, [told])
    if page.answers["how"] == "send":
        for recipient in told.data["notified"]:
            messages.send(work, incident, NOTICE, recipient, text=answers["text"])


def _told(work: Work, incident: Incident, user: str) -> Event:
    """The telling as a fact: whom, how, and the ladder as it stands now (product.md 4.4 "Acks")."""
    page = incident.chosen
    answers = page.answers if page else {}
    boss, special = answers.get("boss") or "", answers.get("special") or ()
    safe = page is not None and page.stage == "safe"
    others = () if safe else work.policy.ladder_for(incident.reporter)
    ladder = [boss, *(u for u in others if u not in (boss, incident.reporter))]
    away = "away" in special and len(ladder) > 1
    data = {
        "how": answers.get("how"),
        "boss": boss,
        "ladder": ladder,
        "notified": [] if away else ladder[:1],  # away: the ladder's next step goes out at once (`ack.2`)
        "only_boss": "only_boss" in special or safe,
        "away": away,
    }
    return Event(work.now, What.TOLD, user, "", data)


def _correct(work: Work, incident: Incident, answers: Answers) -> None:
    """The text was confirmed once more, with other words: they replace what still waits, and follow what is
    out, to everybody who has that.
    """
    waiting = _waiting(work, incident)
    for post in waiting:
        posts.change(work.store.connection, post, State.PENDING, data={"text": answers["text"]})
    told = incident.told
    if waiting or told is None or told.data["how"] != "send" or _out(work.store, incident) == answers["text"]:
        return
    for recipient in incident.told_members:
        more = {"text": answers["text"], "corrects": told.at.isoformat()}
        messages.send(work, incident, NOTICE, recipient, **more)


def said(store: Store, incident: Incident) -> str:
    """The text of the telling that stands, as it went out; where no notice did (the boss is away), as R
    confirmed it.
    """
    return _out(store, incident) or str(incident.answer("send", "text") or "")


def _out(store: Store, incident: Incident) -> str:
    """The text of its newest notice; "" where none went out, or none is left since its reader was erased."""
    told, notices = incident.told, posts.of_incident(store, incident.id, NOTICE)
    texts = [str(p.data.get("text") or "") for p in notices if told and p.due_at >= told.at]
    return next(filter(None, reversed(texts)), "")


def _waiting(work: Work, incident: Incident) -> list[Post]:
    return [p for p in posts.of_incident(work.store, incident.id, NOTICE) if p.state is State.PENDING]


def _take_out(work: Work, incident: Incident) -> None:
    """What has not gone out is not sent."""
    for post in _waiting(work, incident):
        posts.change(work.store.connection, post, State.CANCELLED, reason="withdrawn")


def withdraw(work: Work, key: str, user: str) -> Incident:
    """R takes the notice back. What is out cannot be unread, and the notice will say so. Raises: NotFound."""
    incident = work.incident(key, user, "tell")
    if incident.told is None:
        return incident
    work.store.append(key, [Event(work.now, What.WITHDRAWN, user)])
    _take_out(work, incident)
    return settle(work, key)


def decide(work: Work, post_id: str, user: str, *, arrived: bool) -> Incident:
    """R answers "I can't tell whether they have it": they have, or send it again.

    Raises: NotFound; Refused where it wouldn't go out any more.
    """
    post = posts.by_id(work.store.connection, post_id)
    if post is None or post.tenant != work.store.tenant:
        raise NotFound("post", user)
    incident = work.incident(post.incident, user, "tell")
    if post.state in (State.UNCERTAIN, State.BLOCKED, State.DEAD):
        if arrived:
            posts.change(work.store.connection, post, State.SENT, sent_at=work.now, reason="confirmed")
            if post.recipient in incident.undelivered:
                work.store.append(
                    incident.id, [Event(work.now, What.ASKED, user, "", {"to": post.recipient})]
                )
        elif not incident.live or incident.told is None or post.due_at < incident.told.at:
            raise Refused("not_sent")
        else:
            posts.change(work.store.connection, post, State.PENDING, run_at=work.now, reason="again")
    return settle(work, incident.id)


def all_clear(work: Work, incident: Incident, why: str) -> None:
    """Cancelled: everybody who was sent the notice learns that there is nothing left to do."""
    told = incident.told
    for recipient in incident.told_members if told and told.data["how"] == "send" else ():
        messages.send(work, incident, "all_clear", recipient, why=why)
