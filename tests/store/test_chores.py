"""Long work in pieces: each is done once, by any process, and how far it has come is a row."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from bot.store import chores
from bot.store.chores import EXPORT, HELD, Chore
from bot.store.database import Database
from bot.store.store import Store
from tests.store import crowded

T, R = "T1", "UR"
NOW = crowded.BEGAN + timedelta(days=1)


def begun(database: Database, count: int = 25) -> Chore:
    def begin(c: Connection) -> None:
        crowded.incidents(c, T, R, count)
        chores.begin(Store(c, T), R, EXPORT, NOW)

    database.transact(begin)
    taken = database.transact(chores.take, NOW)
    assert taken is not None
    return taken


def test_it_goes_through_every_incident_once_in_the_order_they_were_opened_in(database: Database) -> None:
    chore, met = begun(database), list[str]()
    while ahead := database.transact(chores.ahead, chore, 10):
        met += [key for key, _ in ahead]
        here = database.transact(lambda c, o=chore, a=ahead: chores.moved(Store(c, T), o, NOW, a))  # type: ignore[misc]
        assert here is not None
        chore = here
    assert met == [crowded.key(n) for n in range(1, 26)]
    assert (chore.seen, chore.total, chore.percent) == (25, 25, 100)


def test_what_is_opened_meanwhile_is_left_alone(database: Database) -> None:
    chore = begun(database, 3)
    later = NOW + timedelta(seconds=1)
    database.transact(lambda c: crowded.incidents(c, T, R, 1, first=50, created_at=later))
    assert [key for key, _ in database.transact(chores.ahead, chore, 10)] == [
        crowded.key(n) for n in (1, 2, 3)
    ]


def test_of_two_who_do_the_same_piece_one_counts(database: Database) -> None:
    chore = begun(database)
    ahead = database.transact(chores.ahead, chore, 10)
    first = database.transact(lambda c: chores.moved(Store(c, T), chore, NOW, ahead))
    second = database.transact(lambda c: chores.moved(Store(c, T), chore, NOW, ahead))
    assert first is not None
    assert second is None


def test_nobody_else_takes_it_until_its_holder_has_been_silent_for_long(database: Database) -> None:
    chore = begun(database)
    assert database.transact(chores.take, NOW + HELD / 2) is None
    ahead = database.transact(chores.ahead, chore, 10)
    later = NOW + HELD / 2
    here = database.transact(lambda c: chores.moved(Store(c, T), chore, later, ahead))
    assert database.transact(chores.take, NOW + HELD) is None, "each piece holds it anew"
    taken = database.transact(chores.take, later + HELD)
    assert taken == here, "it goes on where that one stopped"


def test_a_clock_that_went_back_a_day_holds_nothing(database: Database) -> None:
    begun(database)
    assert database.transact(chores.take, NOW - timedelta(days=1)) is not None


def test_asked_for_twice_it_is_done_once(database: Database) -> None:
    begun(database)
    again = database.transact(lambda c: chores.begin(Store(c, T), R, EXPORT, NOW))
    other = database.transact(lambda c: chores.begin(Store(c, T), R, chores.FORGET, NOW))
    assert again == database.transact(lambda c: chores.begin(Store(c, T), R, EXPORT, NOW))
    assert other != again


def test_pieces_of_a_file_come_back_in_order_and_go_with_the_chore(database: Database) -> None:
    chore = begun(database)
    for number in range(12):
        database.transact(
            lambda c, n=number: chores.keep(Store(c, T), chore, {"a": f"{n}", "b": "", "c": "x"})
        )  # type: ignore[misc]
    kept = database.transact(lambda c: list(chores.kept(c, chore)))
    assert [text for section, text in kept if section == "a"] == [str(n) for n in range(12)]
    assert {section for section, _ in kept} == {"a", "c"}
    assert database.transact(lambda c: chores.ended(Store(c, T), chore))
    assert database.transact(lambda c: list(chores.kept(c, chore))) == []
    assert not database.transact(lambda c: chores.ended(Store(c, T), chore))
