"""guide: `/screwedup forget`: one's own data goes; what others still need stays, by role (product.md 5.2).

An incident that nobody else ever had a part in goes as a whole. In any other the person becomes a role, what
was theirs alone goes, and whatever waited for them is cancelled or handed on, aloud. A legal hold keeps all
of an incident as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.access import Role, roles
from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.standin import is_stand_in, stand_in
from bot.guide import messages
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.stages.audience import OWN, PRIVATE
from bot.store import erase, surfaces
from bot.words.mask import replacer

LEFT = "left"  # the note to those who go on: `templates/surfaces/notes.j2`
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
    found = [work.reload(key) for key in erase.incidents_with(work.store, user)]
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
    besides = [i.id for i in found.held]
    out = erase.messages_to(work.store, user, besides)
    for channel, ts in out:
        surfaces.take_down(work.store, channel, ts, work.now)
    name = work.names([user]).get(user, "")
    typed = 0
    for incident in found.whole:
        erase.incident(work.store.connection, work.store.tenant, incident.id)
    for incident in found.shared:
        typed += _leave(work, incident, user, name)
    erase.beyond_incidents(work.store, user, besides)
    number = secrets.token_hex(4)
    detail = f"{number} whole={len(found.whole)} shared={len(found.shared)} held={len(found.held)}"
    work.store.audit(work.now, "", "erased", "", detail)
    return Receipt(number, found, typed, len(out))


def _leave(work: Work, incident: Incident, user: str, name: str) -> int:
    """They become a role in it; what was theirs alone goes, and somebody else is reminded from here on."""
    mine = roles(incident, user, work.policy.contacts.privacy)
    word = next((word for role, word in WORDS.items() if role in mine), "colleague")
    if Role.REPORTER in mine:
        erase.private(work.store, incident.id, PRIVATE - OWN)
    if own := incident.own_key(user):
        erase.pages_of(work.store, incident.id, own)
    gone = erase.take_part_no_more(work.store, incident.id, user)
    hide = replacer(f"the {word}", people=[name])
    erase.person(work.store, incident.id, {user: stand_in(word)}, hide)
    after = work.reload(incident.id)
    if after.live:
        _hand_on(work, after)
    settle(work, incident.id)
    return gone


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
