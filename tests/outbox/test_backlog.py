"""Much is due at once, after weeks or from a copy: what's moot lapses by statement, urgent ones go first."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select

from bot.domain.nudges.planner import AFTER_CLOSING, OUTLIVE, WHILE_OPEN
from bot.outbox import moot
from bot.policy import load_policy
from bot.store import backlog, queue
from bot.store import tables as t
from bot.store.backlog import NO_RECORD
from bot.store.database import Database
from bot.store.nudges import GONE, HELD, OVERTAKEN
from bot.store.posts import State
from tests.outbox.desk import T0, TENANT, Desk

POLICY = load_policy("")
ENDS = moot.ends(POLICY)
NOW = T0 + timedelta(days=30)


def incident(connection: Connection, key: str, status: str) -> None:
    row = {"tenant": TENANT, "id": key, "reporter": "R", "handler": "R", "created_at": T0, "status": status}
    connection.execute(insert(t.incidents).values(row | {"level": 3, "practice": False, "source": ""}))


def row(number: int, key: str, kind: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - columns
    at = T0 + timedelta(minutes=number)
    return {
        "id": f"p{number:06}", "tenant": TENANT, "incident": key, "kind": kind, "party": "",
        "ordinal": number, "recipient": "R", "place": "dm", "due_at": at, "run_at": at,
        "priority": 2, "state": "pending", "attempt": 0, "reads": 0, "channel": "",
        "thread": "", "data": {}, "sent_ts": "", "reason": "", "bundle": "",
    } | given  # fmt: skip


def put(connection: Connection, *rows: dict[str, Any]) -> None:
    connection.execute(insert(t.posts), list(rows))


def sweep(database: Database, size: int = 3) -> int:
    """All windows, one after the other; how many rows lapsed."""
    gone, window = 0, None
    while window := database.look(backlog.window, NOW, window.last if window else None, size, ENDS):
        gone += database.transact(backlog.lapse, window)
    return gone


def reasons(database: Database) -> dict[str, str]:
    """Post -> why it isn't sent, "" for what still waits."""
    p = t.posts.c
    rows = database.look(lambda c: c.execute(select(p.id, p.state, p.reason)).all())
    return {r.id: "" if r.state == "pending" else r.reason for r in rows}


CASES: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "of an open one": ("open", "stale", {}, ""),
    "of a draft": ("draft", "resume", {}, ""),
    "without a record": ("", "stale", {}, NO_RECORD),
    "a message without a record": ("", "passed_on", {}, NO_RECORD),
    "of a cancelled one": ("cancelled", "stale", {}, GONE),
    "aftercare of a cancelled one": ("cancelled", "letgo", {}, GONE),
    "of a closed one": ("closed", "upd.due", {}, GONE),
    "the ladder of a closed one": ("closed", "ack.2", {"recipient": "B"}, GONE),
    "its twin in the thread": ("closed", "upd.due", {"place": "thread", "recipient": "C"}, GONE),
    "aftercare of a closed one": ("closed", "letgo", {}, ""),
    "the legal clock of a closed one": ("closed", "legal.48", {"recipient": "P"}, ""),
    "the notice of a closed one": ("closed", "notice", {"recipient": "B"}, "closed"),
    "an offer of help for a cancelled one": ("cancelled", "helping", {"recipient": "T"}, "closed"),
    "a reply passed on of a closed one": ("closed", "passed_on", {}, ""),
    "what belongs to no incident": ("", "copy", {"incident": ""}, ""),
    "tried before, so that only a claim can say": ("closed", "stale", {"attempt": 1}, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_moot_lapses_and_nothing_else(database: Database, case: str) -> None:
    status, kind, given, reason = CASES[case]

    def fill(c: Connection) -> None:
        if status:
            incident(c, "i1", status)
        put(c, row(1, "i1", kind, **given))

    database.transact(fill)
    assert sweep(database) == (reason != "")
    assert reasons(database) == {"p000001": reason}


def test_of_a_chain_the_newest_due_one_is_left(database: Database) -> None:
    later = {"due_at": NOW + timedelta(days=1), "run_at": NOW + timedelta(days=1)}

    def fill(c: Connection) -> None:
        incident(c, "i1", "open")
        incident(c, "i2", "open")
        put(c, *(row(n, "i1", kind) for n, kind in enumerate(("first.half", "first.due", "first.over"), 1)))
        put(c, row(4, "i1", "first.over", **later), row(5, "i1", "first.due", party="C2"))
        put(c, row(6, "i1", "first.due", recipient="H"), row(7, "i2", "first.half"), row(8, "i1", "stale"))
        put(c, row(9, "i1", "ack.1", recipient="B"), row(10, "i1", "ack.2", recipient="F1"))
        put(c, row(11, "i2", "stale", reason=HELD), row(12, "i2", "stale"))

    database.transact(fill)
    assert sweep(database) == 2
    gone = {post for post, reason in reasons(database).items() if reason}
    assert gone == {"p000001", "p000002"}
    assert {reasons(database)[post] for post in gone} == {OVERTAKEN}


def test_windows_go_through_every_due_row_once_most_urgent_first(database: Database) -> None:
    def fill(c: Connection) -> None:
        put(c, *(row(n, "", "copy", priority=n % 5 - 2, run_at=T0) for n in range(1, 101)))
        put(c, row(200, "", "copy", run_at=NOW + timedelta(seconds=1)))

    database.transact(fill)
    met, window = list[str](), None
    while window := database.look(backlog.window, NOW, window.last if window else None, 7, ENDS):
        assert len(window.ids) <= 7
        met += window.ids
    assert len(met) == len(set(met)) == 100
    urgency = [int(post[1:]) % 5 - 2 for post in met]
    assert urgency == sorted(urgency)


def test_what_counts_goes_first_however_much_else_is_due(database: Database) -> None:
    def fill(c: Connection) -> None:
        put(c, *(row(n, "", "copy", priority=6, recipient=f"U{n}") for n in range(1, 2001)))
        put(c, row(3000, "", "notice", priority=0, recipient="B"), row(3001, "", "passed_on", priority=-1))

    database.transact(fill)
    found = database.transact(queue.due, NOW, 50, State.PENDING)
    assert [post.id for post in found[:3]] == ["p003001", "p003000", "p000001"]
    assert len(found) == 50
    busy = ["R", *(f"U{n}" for n in range(1, 60))]
    found = database.transact(queue.due, NOW, 3, State.PENDING, busy)
    assert [post.recipient for post in found] == ["B", "U60", "U61"]


def test_the_chains_that_go_on_after_closing_are_those_of_the_planner() -> None:
    """`OUTLIVE` names them; each chain's function is in one of the planner's two lists."""
    assert len(OUTLIVE) == len(AFTER_CLOSING)
    assert {kind.split(".")[0] for kind in ENDS.nudges - ENDS.closed} == OUTLIVE
    assert set(AFTER_CLOSING) < set(WHILE_OPEN)


async def test_a_backlog_is_through_without_loading_what_is_moot(desk: Desk) -> None:
    """Of 1,200 due rows five count: those are sent, and no other incident is read."""
    keys = [f"i{n}" for n in range(5)]
    for key in keys:
        desk.incident(key)

    def fill(c: Connection) -> None:
        for n in range(1, 601):
            incident(c, f"over{n}", "cancelled")
        moot = {"priority": 4, "run_at": T0}
        put(c, *(row(n, f"over{n}", "stale", recipient=f"U{n}", **moot) for n in range(1, 601)))
        put(c, *(row(n, f"none{n}", "stale", recipient=f"U{n}", **moot) for n in range(601, 1201)))

    desk.database.transact(fill)
    desk.clock.now = T0 + timedelta(minutes=30)
    statements: Counter[str] = Counter()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements["loads"] += statement.startswith("SELECT events.")

    event.listen(desk.database.engine, "before_cursor_execute", note)
    while await desk.sender.tick() is not None:
        await desk.sender.flights.landed(60)
        desk.clock.now += timedelta(seconds=1)
    event.remove(desk.database.engine, "before_cursor_execute", note)
    assert {reason for reason in reasons(desk.database).values() if reason} >= {GONE, NO_RECORD}
    assert not [m for m in desk.slack.messages if m.channel.startswith("DU")]
    assert statements["loads"] < 400, "those that were claimed before the window with them was looked at"
