"""guide: `/screwedup forget`: one's own data goes; what others still need stays, by role (product.md 5.2).

An incident that nobody else ever had a part in goes as a whole. In any other the person becomes a role, what
was theirs alone goes, and whatever waited for them is cancelled or handed on, aloud. Where they were only
picked, and had no part (`domain.access.has_part`), their id goes as well and nobody hears of it: neither the
person who picked them, who is asked again once that choice counts, nor they, who have never known. A legal
hold keeps all of an incident as it is.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from bot.domain.access import Role, admits, roles
from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.promised import Word, words
from bot.domain.record import Event, What
from bot.domain.standin import is_stand_in, stand_in
from bot.domain.worktime import whole_minute
from bot.guide import messages, progress, sight
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.stages.audience import OWN, PRIVATE
from bot.store import chores, erase, mentions, posts, several, surfaces
from bot.store.chores import Chore
from bot.store.posts import NOTICE, Post, State
from bot.store.rows import NOTICES
from bot.words.mask import replacer

FEW = 20  # incidents that are sorted while the person waits for the answer
LOOKED_THROUGH = 50  # incidents of which one reading finds out whether the person is named in them
AT_ONCE = 20  # incidents of one step, where they go as a whole: some 20 ms of the one writer
SHARED = 2  # of them, those that stay for others: each is rewritten row by row
NAMED = 20  # incidents whose ids a receipt names
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
    """That person's incidents: those that go, those in which they become a role, those on hold.

    `many`: there are more than can be sorted while someone waits; then none of them is. `exporting`: an
    export they asked for is under way, and ends with it.
    """

    whole: tuple[Incident, ...] = ()
    shared: tuple[Incident, ...] = ()
    held: tuple[Incident, ...] = ()
    many: bool = False
    exporting: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done. `number` stands in the audit table too, without a name.

    whole, shared, typed, messages: how many; `roles`: ids of the first of those shared.
    """

    number: str
    whole: int
    shared: int
    roles: tuple[str, ...]
    held: tuple[Incident, ...]
    typed: int
    messages: int


def sort(work: Work, user: str) -> Sorted:
    """What erasing would do. Raises: NotFound."""
    work.account(user, "own_data")
    keys = mentions.acted_in(work.store, user, FEW + 1)
    exporting = bool(chores.standing(work.store, user, chores.EXPORT))
    if len(keys) > FEW:
        return Sorted(many=True, exporting=exporting)
    found = sight.parts(work, user, keys)
    free = [i for i in found if i.held is None]
    whole = tuple(i for i in free if _alone(i, user))
    shared = tuple(i for i in free if not _alone(i, user))
    return Sorted(whole, shared, tuple(i for i in found if i.held), exporting=exporting)


def _alone(incident: Incident, user: str) -> bool:
    """Nobody else ever had a part in it; a practice run is the person's own in any case."""
    if incident.practice:
        return incident.reporter == user
    others = {e.actor for e in incident.events} | {incident.reporter, incident.handler}
    return others <= {user, ""} and incident.first(*OTHERS_KNOW) is None


def begin(work: Work, user: str) -> str:
    """Erase it from here on, in pieces; the chore's id. Raises: NotFound."""
    work.account(user, "own_data")
    return chores.begin(work.store, user, chores.FORGET, work.now)


def forget(work: Work, user: str) -> Receipt:
    """All the pieces at once, in one transaction. Raises: NotFound."""
    key = begin(work, user)
    while True:
        chore = chores.by_id(work.store, key)
        if chore is None:
            raise NotFound("forget", user)
        ahead, named = piece(work, chore)
        if not ahead:
            return end(work, chore)
        step(work, chore, ahead, named)


def piece(work: Work, chore: Chore) -> tuple[list[tuple[str, datetime]], list[str]]:
    """The next incidents, and in which of them that person is named; reads alone. None: all are through.

    It ends with the last incident in which there's something to do, if there's as much as one step takes.
    """
    ahead = chores.ahead(work.store.connection, chore, LOOKED_THROUGH)
    named = mentions.naming(work.store, chore.user, [key for key, _ in ahead]) if ahead else []
    if len(named) > AT_ONCE:
        named = named[:AT_ONCE]
        ahead = ahead[: [key for key, _ in ahead].index(named[-1]) + 1]
    return ahead, named


def step(
    work: Work, chore: Chore, ahead: Sequence[tuple[str, datetime]], named: Sequence[str]
) -> Chore | None:
    """Erase them from these incidents, or from the first of them where that's enough for one step; where it
    has come to, None where another process was faster.
    """
    if chores.moved(work.store, chore, work.now, ()) is None:
        return None
    user, found = chore.user, several.load(work.store, named, for_update=True)
    theirs = {incident.id for incident in sight.having_part(work, found, user)}
    shared = [i for i in found if not (i.held or (i.id in theirs and _alone(i, user)))]
    if len(shared) > SHARED:
        left = shared[SHARED].id
        ahead = [*takewhile(lambda one: one[0] != left, ahead)]
        found, shared = tuple(takewhile(lambda i: i.id != left, found)), shared[:SHARED]
    free = [i.id for i in found if not i.held]
    whole = [key for key in free if key not in {i.id for i in shared}]
    made = Counter({key: chore.made.get(key, 0) for key in ("whole", "shared", "typed", "messages")})
    made += Counter(whole=len(whole), messages=_take_down(work, user, free))
    erase.unnoted(work.store, free, user)
    erase.incidents(work.store, whole)
    made += _leave_all(work, shared, user, theirs)
    ids = {"held": [*chore.made.get("held", ()), *(i.id for i in found if i.held)]}
    ids["roles"] = [*chore.made.get("roles", ()), *(i.id for i in shared if i.id in theirs)][:NAMED]
    here = chores.moved(work.store, chore, work.now, ahead, {**made, **ids})
    if here:
        progress.tell(work, chore, here)
    return here


def _leave_all(work: Work, shared: Iterable[Incident], user: str, theirs: Collection[str]) -> Counter[str]:
    """That person in incidents that stay; `theirs`: those they had a part in. What was done, counted."""
    made, name = Counter[str](), work.names([user]).get(user, "")
    for incident in shared:
        partakes = incident.id in theirs
        gone = _leave(work, incident, user, name, aloud=partakes)
        made += Counter(shared=int(partakes), typed=gone if admits(incident, user) else 0)
    return made


def _take_down(work: Work, user: str, keys: Sequence[str]) -> int:
    out = mentions.messages_to(work.store, user, keys)
    for channel, ts in out:
        surfaces.take_down(work.store, channel, ts, work.now)
    return len(out)


def end(work: Work, chore: Chore) -> Receipt:
    """All incidents are through: what's known of them beside any goes, and the chore with it.

    Raises: NotFound where another process was faster.
    """
    if not chores.ended(work.store, chore):
        raise NotFound("forget", chore.user)
    chores.drop_all(work.store, chore.user)
    made, user = chore.made, chore.user
    held = [i for key in made.get("held", ()) if (i := work.store.load(key))]
    messages_to = made.get("messages", 0) + _take_down(work, user, [""])
    erase.beyond_incidents(work.store, user, [i.id for i in held])
    number = secrets.token_hex(4)
    whole, shared = made.get("whole", 0), made.get("shared", 0)
    work.store.audit(work.now, "", "erased", "", f"{number} whole={whole} shared={shared} held={len(held)}")
    theirs = sight.having_part(work, held, user)
    return Receipt(
        number, whole, shared, tuple(made.get("roles", ())), theirs, made.get("typed", 0), messages_to
    )


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
    told = incident.told
    lead = "yes" if incident.lead or not told else ""
    following = "yes" if told and incident.ladder and not told.data.get("only_boss") else ""
    for user in dict.fromkeys((handler, incident.lead, incident.reporter)):
        if user:
            yours = "yes" if user == handler != incident.handler else ""
            messages.send(work, incident, LEFT, user, yours=yours, led=lead, next=following)
