"""guide: `/screwedup forget`: one's own data goes; what others still need stays, by role (product.md 5.2).

An incident that nobody else ever had a part in goes as a whole. In any other the person becomes a role, what
was theirs alone goes, and whatever waited for them is cancelled or handed on, aloud. Where they were only
picked, and had no part (`domain.access.has_part`), their id goes as well and nobody hears of it: neither the
person who picked them, who is asked again once that choice counts, nor they, who have never known. A legal
hold keeps all of an incident as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.access import Role, admits, roles
from bot.domain.incident import Incident
from bot.domain.promised import Word, words
from bot.domain.record import Event, What
from bot.domain.standin import is_stand_in, stand_in
from bot.domain.worktime import whole_minute
from bot.guide import messages, sight
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.stages.audience import OWN, PRIVATE
from bot.store import erase, posts, surfaces
from bot.store.posts import NOTICE, Post, State
from bot.store.rows import NOTICES
from bot.words.mask import replacer

LEFT = "left"  # the note to those who go on: `templates/surfaces/notes.j2`
UNHEARD = "unheard"  # the note to those whose message will not go out
# What somebody becomes in a record, the first that fits.
WORDS: Mapping[Role, str] = {
    Role.REPORTER: "reporter",
    Role.HANDLER: "handler",
    Role.LEAD: "lead",
    Role.TOLD: "leader",
    Role.PRIVACY: "contact",
    Role.HELPER: "helper",
}
OTHERS_KNOW = (
    What.TOLD,
    What.LEGAL_SENT,
    What.OFFERED,
    What.TEAM,
    What.INVITED,
)  # from here on others were sent something


@dataclass(frozen=True, slots=True)
class Sorted:
    """That person's incidents: those that go, those in which they become a role, those on hold."""

    whole: tuple[Incident, ...]
    shared: tuple[Incident, ...]
    held: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done. `number` stands in the audit table too, without a name."""

    number: str
    found: Sorted
    typed: int
    messages: int


def sort(work: Work, user: str) -> Sorted:
    """What erasing would do. Raises: NotFound."""
    work.account(user, "own_data")
    found = sight.parts(work, user)
    free = [i for i in found if i.held is None]
    whole = tuple(i for i in free if _alone(i, user))
    shared = tuple(i for i in free if not _alone(i, user))
    return Sorted(whole, shared, tuple(i for i in found if i.held))


def _alone(incident: Incident, user: str) -> bool:
    """Nobody else ever had a part in it; a practice run is the person's own in any case."""
    if incident.practice:
        return incident.reporter == user
    others = {e.actor for e in incident.events} | {incident.reporter, incident.handler}
    return others <= {user, ""} and incident.first(*OTHERS_KNOW) is None


def forget(work: Work, user: str) -> Receipt:
    """Erase it. Raises: NotFound."""
    found = sort(work, user)
    besides = [i.id for i in map(work.reload, erase.naming(work.store, user)) if i.held]
    out = erase.messages_to(work.store, user, besides)
    for channel, ts in out:
        surfaces.take_down(work.store, channel, ts, work.now)
    name = work.names([user]).get(user, "")
    for incident in found.whole:
        erase.incident(work.store.connection, work.store.tenant, incident.id)
    named = [work.reload(key) for key in erase.naming(work.store, user)]
    typed, shared = 0, {incident.id for incident in found.shared}
    for incident in named:
        if incident.held is None:
            gone = _leave(work, incident, user, name, aloud=incident.id in shared)
            typed += gone if admits(incident, user) else 0
    erase.beyond_incidents(work.store, user, besides)
    number = secrets.token_hex(4)
    detail = f"{number} whole={len(found.whole)} shared={len(found.shared)} held={len(found.held)}"
    work.store.audit(work.now, "", "erased", "", detail)
    return Receipt(number, found, typed, len(out))


def _leave(work: Work, incident: Incident, user: str, name: str, *, aloud: bool) -> int:
    """They become a role in it; what was theirs alone goes. `aloud`: they had a part, so those who go on are
    told; whoever counts on word to them that will not go now is told in any case.
    """
    mine = roles(incident, user, work.policy)
    word = next((word for role, word in WORDS.items() if role in mine), "colleague")
    if Role.REPORTER in mine:
        erase.private(work.store, incident.id, PRIVATE - OWN)
    if own := incident.own_key(user):
        erase.pages_of(work.store, incident.id, own)
    waiting = [post for post in posts.of_incident(work.store, incident.id) if post.state is State.PENDING]
    broken = [word for word in words(incident) if word.recipient == user and _waits(word, waiting)]
    gone = erase.take_part_no_more(work.store, incident.id, user)
    hide = replacer(f"the {word}", people=[name])
    erase.person(work.store, incident.id, {user: stand_in(word)}, hide)
    after = work.reload(incident.id)
    if after.live and aloud:
        _hand_on(work, after)
    if after.live and user == incident.offered_to:
        work.store.append(incident.id, [Event(work.now, What.OFFER_WITHDRAWN)])
    after = settle(work, incident.id)
    if after.live:
        _take_back(work, after, broken)
    return gone


def _waits(word: Word, waiting: Iterable[Post]) -> bool:
    """The message that somebody counts on has not gone out."""
    return any((p.kind, p.recipient) == (word.kind, word.recipient) for p in waiting)


def _take_back(work: Work, incident: Incident, broken: Iterable[Word]) -> None:
    """What will not go now was not said: whoever counts on it learns that, and is asked whom instead.

    Nobody stands as told by message without one that has gone out or will.
    """
    told = incident.told
    said = {word.kind: word.sender for word in broken}
    if told and told.data.get("how") == "send" and not _said(work, incident, told):
        work.store.append(incident.id, [Event(work.now, What.WITHDRAWN)])
        said[NOTICE] = told.actor
    for kind, sender in said.items():
        messages.send(work, incident, UNHEARD, sender, about=kind)
    if said:
        settle(work, incident.id)


def _said(work: Work, incident: Incident, told: Event) -> bool:
    """Whether the notice has gone out to someone, or waits to: with the boss away, to the next in line."""
    first = NOTICES if told.data.get("away") else (NOTICE,)
    rows = [
        p for p in posts.of_incident(work.store, incident.id, *NOTICES) if p.due_at >= whole_minute(told.at)
    ]
    return any(p.sent_at or (p.kind in first and p.reason != erase.ERASED) for p in rows)


def _hand_on(work: Work, incident: Incident) -> None:
    """Whoever goes on is told; where nobody handles it any more, somebody who knows of it does."""
    knowing = [incident.lead, incident.reporter, *incident.told_members, incident.offered_to]
    there = [user for user in dict.fromkeys(knowing) if user and not is_stand_in(user)]
    handler = incident.handler
    if is_stand_in(handler) and there:
        handler = there[0]
        work.store.set_handler(incident.id, handler)
    lead = "yes" if incident.lead or not incident.told else ""
    for user in dict.fromkeys((handler, incident.lead, incident.reporter)):
        if user:
            yours = "yes" if user == handler != incident.handler else ""
            messages.send(work, incident, LEFT, user, yours=yours, led=lead)
