"""outbox: messages that someone's sign or answer has brought about, for the auditor.

Each stands with a mark of its own beside it. Where anyone has been erased nothing is looked for: what was
for them has gone with them, and who got word in their place isn't in the record. Nor is the news in the
team's thread: it goes only below a card that was out at that moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.incident import Incident
from bot.domain.record import What
from bot.domain.standin import is_stand_in
from bot.store import whereabouts
from bot.store.posts import Post
from bot.store.store import Store

Brought = tuple[str, str, Mapping[str, str]]
"""Kind, recipient ("": one of those who had a part then), some of its data."""


def missing(store: Store, incident: Incident, rows: list[Post]) -> Iterator[tuple[str, str, str]]:
    """(kind, party, recipient) of each that no row stands for, whatever became of it."""
    if any(map(is_stand_in, (incident.reporter, incident.handler, *(row.recipient for row in rows)))):
        return
    for kind, recipient, data in _brought(store, incident, rows):
        there = [row for row in rows if row.kind == kind and recipient in ("", row.recipient)]
        # a row without data has been emptied, since its words were kept long enough
        if not any(not row.data or data.items() <= row.data.items() for row in there):
            yield kind, "", recipient


def _brought(store: Store, incident: Incident, rows: list[Post]) -> Iterator[Brought]:
    yield from _helpers(store, incident)
    yield from _ticked(store, incident, rows)
    if any(sign.name == "reply" for sign in incident.signals):
        for ts in whereabouts.replies_to(store, incident.id):
            yield "passed_on", "", {"reply": ts}
    for answer in incident.all(What.APPROVED, What.REFUSED):
        if answer.data.get("to"):
            gate = {"gate": str(answer.data.get("gate", "")), "from": answer.actor}
            yield "gate_answered", str(answer.data["to"]), gate


def _helpers(store: Store, incident: Incident) -> Iterator[Brought]:
    """Who offered their help on the card: H was asked to bring them in, and they were shown the way."""
    for user in {sign.user for sign in incident.signals if sign.surface == "card"}:
        if store.seen("helper", incident.id, user):
            yield "helper", "", {"from": user}
            yield "helping", user, {}


def _ticked(store: Store, incident: Incident, rows: list[Post]) -> Iterator[Brought]:
    """An update that was ticked off in the thread: H was asked for the next promised time."""
    signed = {(sign.nudge, sign.party) for sign in incident.signals if sign.surface == "thread"}
    for row in rows:
        here = row.place == "thread" and row.kind.startswith("upd.") and (row.kind, row.party) in signed
        if here and store.seen("next_time", row.id):
            yield "next_time", "", {"party": row.party}
