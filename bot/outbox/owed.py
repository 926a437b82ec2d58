"""outbox: what one incident is owed by now, for the auditor.

Looked at in ways that do not rely on each other: the plan made once more and held against the rows; the few
things that must follow from the record whatever the plan says, read off the record alone; and what signs and
answers have brought about (`brought`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import talks
from bot.domain.incident import Incident
from bot.domain.nudges import plan
from bot.domain.promised import words
from bot.domain.record import What
from bot.domain.rules import Policy
from bot.domain.standin import is_stand_in
from bot.domain.worktime import whole_minute
from bot.outbox import brought
from bot.store import nudges, posts
from bot.store.calendars import directory
from bot.store.erase import ERASED
from bot.store.overdue import GRACE, Finding
from bot.store.posts import CARD, NOTICE, RCARD, SHOWN, Post, State
from bot.store.store import Store

UNSEEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Expected:
    """A row that has to exist, whatever became of it: `since` is the earliest time it can bear.

    `recipient` "": whoever handled the incident at the time.
    """

    kind: str
    party: str
    recipient: str
    since: datetime

    def met_by(self, row: Post) -> bool:
        same = (row.kind, row.party) == (self.kind, self.party) and self.recipient in ("", row.recipient)
        lost = row.reason == ERASED and row.sent_at is None  # erased before it went out
        return same and row.due_at >= whole_minute(self.since) and not lost

    def excused(self, incident: Incident) -> bool:
        """Someone said that it need not come: left it out, or ticked one of its chain off in the thread.

        Or who it's for has had their data erased: they're sent nothing more. A notice that never went out
        is missed all the same, until a further step has it.
        """
        if is_stand_in(self.recipient or incident.handler):
            return self.kind != NOTICE or _went_on(incident, self.since)
        chain = self.kind.split(".")[0]
        skipped = (e for e in incident.all(What.SKIPPED, party=self.party) if e.data["nudge"] == self.kind)
        ticked = (
            s for s in incident.signals if s.standing and s.surface == "thread" and s.party == self.party
        )
        return any(e.at >= self.since for e in skipped) or any(
            s.at >= self.since and s.nudge.split(".")[0] == chain for s in ticked
        )


def audited(store: Store, key: str, policy: Policy, now: datetime) -> list[Finding]:
    """What is wrong in one incident."""
    incident = store.load(key)
    if incident is None:
        return []
    rows = posts.of_incident(store, key)
    lost = {Finding("missing", f"{key}:{kind}:{party}:{to}") for kind, party, to in _missing(incident, rows)}
    lost |= {
        Finding("missing", f"{key}:{kind}:{party}:{to}")
        for kind, party, to in (
            *_unplanned(store, incident, rows, policy, now),
            *brought.missing(store, incident, rows),
        )
    }
    return sorted({*lost, *(Finding("unseen", row.id) for row in _unseen(incident, rows, now))})


def expected(incident: Incident) -> Iterator[Expected]:
    """The messages that the record alone says there must be."""
    opened = incident.opened_at
    legal, closed = incident.last(What.LEGAL_SENT), incident.since_reopening(What.CLOSED)
    if opened:
        yield Expected(RCARD, "", incident.reporter, opened)
    for word in words(incident):
        yield Expected(word.kind, "", word.recipient, word.since)
    if incident.live and incident.team_channel:
        yield Expected(CARD, "", incident.team_channel, incident.created_at)
    for party in incident.parties if incident.live else ():
        promise = talks.promise(incident, party.key)
        if promise:
            yield Expected("upd.due", party.key, "", promise[1])
    if legal and legal.data.get("to"):
        yield Expected("legal.now", "", str(legal.data["to"]), legal.at)
    if closed:
        yield Expected("letgo", "", incident.reporter, closed.at)
    yield from _handed_over(incident)
    yield from _all_clear(incident)


def _handed_over(incident: Incident) -> Iterator[Expected]:
    """The last handler learns each time that someone else has it now."""
    before = incident.reporter
    for accepted in incident.all(What.ACCEPTED):
        yield Expected("accepted", "", before, accepted.at)
        before = accepted.actor


def _all_clear(incident: Incident) -> Iterator[Expected]:
    """Cancelled: everyone who was sent the notice by then learns that there's nothing left to do."""
    cancelled, told = incident.since_reopening(What.CANCELLED), incident.told
    if cancelled is None or told is None or told.data.get("how") != "send" or told.at > cancelled.at:
        return
    later = {e.data.get("to") for e in incident.all(What.ASKED) if e.at >= cancelled.at}
    for user in incident.told_members:
        if user not in later:
            yield Expected("all_clear", "", user, cancelled.at)


def _went_on(incident: Incident, since: datetime) -> bool:
    """A further step has the notice: Slack took none for the first, who has been erased since."""
    return any(event.at >= since for event in incident.all(What.ASKED))


def _missing(incident: Incident, rows: list[Post]) -> Iterator[tuple[str, str, str]]:
    for one in expected(incident):
        if not any(one.met_by(row) for row in rows) and not one.excused(incident):
            yield one.kind, one.party, one.recipient


def _unplanned(
    store: Store, incident: Incident, rows: list[Post], policy: Policy, now: datetime
) -> Iterator[tuple[str, str, str]]:
    """What the plan wants and no row stands for, or one that stands for it at a later time than it should."""
    mine = [row for row in rows if row.kind in policy.nudges and row.place != "thread"]
    known = {nudges.key(row): row for row in mine}
    for due in plan(incident, policy, directory(store, incident, policy), nudges.fired(mine)):
        if is_stand_in(due.recipient):  # their data was erased: they can't be reached any more
            continue
        row = known.get(due.key)
        waiting = row is not None and row.state is State.PENDING and row.first_try_at is None
        late = waiting and row is not None and due.due_at < now - GRACE < row.due_at
        if row is None or row.reason == nudges.GONE or late:
            yield due.kind, due.party, due.recipient


def _unseen(incident: Incident, rows: list[Post], now: datetime) -> Iterator[Post]:
    """What a person has to be shown, for an hour in which neither R nor H has done anything here."""
    acts = [e.at for e in incident.events if e.actor in (incident.reporter, incident.handler)]
    acts += [p.saved_at for p in incident.pages.values()] + [u.at for u in incident.unfinished]
    last = max(acts, default=incident.created_at)
    for row in rows if incident.live else ():
        since = row.run_at or row.due_at
        if row.state.value in SHOWN and not row.bundle and last < since < now - UNSEEN:
            yield row
