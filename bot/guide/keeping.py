"""guide: the hourly round: what is past its time goes, and names become roles (product.md 5.2)."""

from __future__ import annotations

import re

from bot.domain.access import Role, roles
from bot.domain.incident import Incident
from bot.domain.standin import stand_in
from bot.guide.erasing import WORDS
from bot.guide.work import Work
from bot.stages.audience import Places
from bot.store import erase, retention, surfaces
from bot.words import mask
from bot.words.writeup import party_words, role_words

NOTE: Places = frozenset({("letgo", "note_to_self"), ("mine", "note_to_self")})
PARTY: Places = frozenset({("contact", "party_name"), ("contact", "contact_name"), ("party", "name")})
PERSON = re.compile("[UW][A-Z0-9]{2,30}")


def sweep(work: Work) -> retention.Past:
    """All that is due; what was done."""
    kept = work.policy.retention
    due = retention.past(work.store, work.now, kept)
    for key in due.whole:
        erase.incident(work.store.connection, work.store.tenant, key)
    for key in set(due.note) - set(due.whole):
        erase.private(work.store, key, NOTE, frozenset())
    for key in set(due.names) - set(due.whole):
        to_roles(work, key)
    retention.tidy(work.store, work.now, kept)
    if due:
        done = f"whole={len(due.whole)} notes={len(due.note)} names={len(due.names)}"
        work.store.audit(work.now, "", "retention", "", done)
    return due


def to_roles(work: Work, key: str) -> None:
    """Nobody has a name in that incident any more: not in its rows, not in what people typed."""
    incident = work.reload(key)
    people = {user for user in erase.ids_in(work.store, key) if PERSON.fullmatch(user)}
    hide = mask.for_writeup(incident, work.names(people), role_words(incident), party_words(incident))
    surfaces.redraw(work.store, key, {incident.reporter, incident.handler}, work.now)
    names = {user: stand_in(_word(work, incident, user)) for user in people}
    erase.person(work.store, key, names, hide)
    erase.private(work.store, key)
    erase.private(work.store, key, PARTY, frozenset())
    erase.parties(work.store, key)


def _word(work: Work, incident: Incident, user: str) -> str:
    mine: frozenset[Role] = roles(incident, user, work.policy)
    return next((word for role, word in WORDS.items() if role in mine), "colleague")
