"""guide: the hourly round: what is past its time goes, and names become roles (product.md 5.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.domain.access import Role, roles
from bot.domain.incident import Incident
from bot.domain.standin import stand_in
from bot.guide.erasing import WORDS
from bot.guide.work import Work
from bot.stages.audience import Places
from bot.store import erase, mentions, retention, surfaces
from bot.store.retention import Past
from bot.words import mask
from bot.words.writeup import party_words, role_words

AT_ONCE = 5  # incidents in one transaction: some 40 ms of the one writer
NOTE: Places = frozenset({("letgo", "note_to_self"), ("mine", "note_to_self")})
PARTY: Places = frozenset({("contact", "party_name"), ("contact", "contact_name"), ("party", "name")})
PERSON = re.compile("[UW][A-Z0-9]{2,30}")


def past(work: Work) -> Past:
    """What has to be done; reads alone."""
    return retention.past(work.store, work.now, work.policy.retention)


def pieces(due: Past) -> Iterator[Past]:
    """The same, a few incidents at a time: no one waits for more than that."""
    for name in ("whole", "note", "names", "copies", "drafts"):
        keys = getattr(due, name)
        for start in range(0, len(keys), AT_ONCE):
            yield replace(Past(), **{name: keys[start : start + AT_ONCE]})


def carry_out(work: Work, due: Past) -> None:
    """Do that much of it, but for what a legal hold keeps since it was found."""
    for does, keys in ((_whole, due.whole), (_note, due.note), (to_roles, due.names)):
        for key in keys:
            incident = work.store.load(key, for_update=True)
            if incident is not None and incident.held is None:
                does(work, key)
    for key in due.copies:
        retention.no_copies(work.store, key)
    for key in due.drafts:
        retention.no_drafts(work.store, key)
    if due:
        done = f"whole={len(due.whole)} notes={len(due.note)} names={len(due.names)}"
        work.store.audit(work.now, "", "retention", "", done)


def tidy(work: Work) -> None:
    """What is no one's record."""
    retention.tidy(work.store, work.now, work.policy.retention)


def sweep(work: Work) -> Past:
    """All of it in one transaction; what was done."""
    due = past(work)
    carry_out(work, due)
    tidy(work)
    return due


def _whole(work: Work, key: str) -> None:
    erase.incidents(work.store, [key])


def _note(work: Work, key: str) -> None:
    erase.private(work.store, key, NOTE, frozenset())


def to_roles(work: Work, key: str) -> None:
    """Nobody has a name in that incident any more: not in its rows, not in what people typed."""
    incident = work.reload(key)
    people = {user for user in mentions.ids_in(work.store, key) if PERSON.fullmatch(user)}
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
