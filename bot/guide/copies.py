"""guide: "send it to me": a draft as a plain message of its own, to copy or to read during a call (0.3)."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.guide import messages, sight
from bot.guide.reader import reader
from bot.guide.work import Work
from bot.words.drafts import DRAFTS, draft


def to_me(work: Work, key: str, user: str, name: str, party: str) -> None:
    """That draft, filled from the record as it is now, into the person's own DM. Raises: NotFound."""
    incident = sight.look(work, work.incident(key, user, "edit_facts"), user, name[:30])
    if name not in DRAFTS or (party and party not in {p.key for p in incident.parties}):
        raise NotFound("copy", user)
    who = reader(work, incident, user)
    made = draft(
        name,
        incident,
        party=party,
        names=who.names,
        org=work.policy.org,
        reader_tz=who.tz,
        now=work.now,
        extra={"currency": work.policy.currency},
    )
    text = f"{made.subject}\n\n{made.text}" if made.subject else made.text
    messages.send(work, incident, "copy", user, text=text)
