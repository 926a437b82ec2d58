"""The hourly round takes a few incidents at a time, however many are past their time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert

from bot.guide import keeping
from bot.guide.work import Work
from bot.policy import load_policy
from bot.store import tables as t
from bot.store.database import Database
from bot.store.retention import Past
from bot.store.store import Store
from tests.store import crowded

T, R = "T1", "UR"
LATER = crowded.BEGAN + timedelta(days=3)


def work(connection: Connection) -> Work:
    return Work(Store(connection, T), LATER, load_policy(""))


def practised(database: Database, count: int = 23) -> list[str]:
    """Practice runs, which are gone after a day."""
    return database.transact(lambda c: crowded.incidents(c, T, R, count, practice=True))


def test_each_piece_is_small_and_together_they_are_all_of_it(database: Database) -> None:
    keys = practised(database)
    due = database.look(lambda c: keeping.past(work(c)))
    assert sorted(due.whole) == sorted(keys)
    few = list(keeping.pieces(due))
    assert all(len(piece.whole) <= keeping.AT_ONCE for piece in few)
    assert [key for piece in few for key in piece.whole] == list(due.whole)
    for piece in few:
        database.transact(lambda c, p=piece: keeping.carry_out(work(c), p))  # type: ignore[misc]
    assert database.look(lambda c: Store(c, T).count(t.incidents)) == 0
    assert database.look(lambda c: Store(c, T).count(t.pages)) == 0


def test_every_kind_of_piece_is_in_it() -> None:
    due = Past(("a",), ("b",), ("c",), ("d",), ("e",))
    assert list(keeping.pieces(due)) == [
        Past(whole=("a",)), Past(note=("b",)), Past(names=("c",)), Past(copies=("d",)), Past(drafts=("e",)),
    ]  # fmt: skip


def test_what_is_held_since_it_was_found_stays(database: Database) -> None:
    keys = practised(database, 2)
    due = database.look(lambda c: keeping.past(work(c)))

    def hold(c: Connection) -> None:
        held = {"tenant": T, "incident": keys[0], "at": LATER, "what": "held", "actor": "UP", "party": ""}
        c.execute(insert(t.events).values(held | {"data": {"reason": "a claim"}}))

    database.transact(hold)
    for piece in keeping.pieces(due):
        database.transact(lambda c, p=piece: keeping.carry_out(work(c), p))  # type: ignore[misc]
    assert database.look(lambda c: Store(c, T).head(keys[0])) is not None
    assert database.look(lambda c: Store(c, T).head(keys[1])) is None


def test_done_twice_it_does_no_harm(database: Database) -> None:
    practised(database, 3)
    due = database.look(lambda c: keeping.past(work(c)))
    for _ in range(2):
        database.transact(lambda c: keeping.carry_out(work(c), due))
    assert database.look(lambda c: Store(c, T).count(t.incidents)) == 0
