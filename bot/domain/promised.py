"""domain: facts of the record that say someone gets a message. Each stands only together with that message.

The auditor looks for the row of each; erasing takes back what will not go now. A new event that promises a
message is a line in `words`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.record import Event, What
from bot.domain.standin import is_stand_in


@dataclass(frozen=True, slots=True)
class Word:
    """A message of that kind (`store.posts.Post.kind`) goes to `recipient`, because `sender` did something
    at `since`. Both are user ids.
    """

    kind: str
    recipient: str
    since: datetime
    sender: str


def words(incident: Incident) -> Iterator[Word]:
    """What others are to get by what stands in the record now, apart from reminders."""
    told, legal = incident.told, incident.last(What.LEGAL_SENT)
    if told and told.data.get("how") == "send":
        for recipient in told.data.get("notified", ()):
            yield Word("notice", str(recipient), told.at, told.actor)
    if legal and legal.data.get("to"):
        yield Word("legal_note", str(legal.data["to"]), legal.at, legal.actor)
    if incident.live:
        yield from _asked(incident)


def no_one_reads(incident: Incident) -> bool:
    """Told by message, and everyone it went to has had their data erased since: other words would go to no
    one.
    """
    told, page = incident.told, incident.chosen
    if told is None or page is None or told.data.get("how") != "send" or told.data.get("away"):
        return False
    return is_stand_in(str(page.answers.get("boss") or "")) and not incident.told_members


def _asked(incident: Incident) -> Iterator[Word]:
    """Questions that nobody has answered yet."""
    offer = incident.last(What.OFFERED)
    if offer and incident.offered_to:
        yield Word("offer", incident.offered_to, offer.at, offer.actor)
    for invited in incident.all(What.INVITED):
        if invited.data.get("to") in incident.asked_to_join:
            yield Word("along", str(invited.data["to"]), invited.at, invited.actor)
    for asked in {str(e.data.get("gate")): e for e in incident.all(What.ASKED_GATE)}.values():
        if not _answered(incident, asked):
            yield Word("ask", str(asked.data.get("holder", "")), asked.at, asked.actor)


def _answered(incident: Incident, asked: Event) -> bool:
    answers = incident.all(What.APPROVED, What.REFUSED)
    return any(e.at >= asked.at and e.data.get("gate") == asked.data.get("gate") for e in answers)
