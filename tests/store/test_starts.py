"""One human act begins one incident, however often it arrives and in whichever process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.guide import entry, erasing
from bot.guide.outcome import Choose, Shown
from bot.guide.work import Work
from bot.policy import load_policy
from bot.store import tables as t
from bot.store.database import Database
from bot.store.lists import Asked, listing
from bot.store.store import Store

NOW = datetime(2024, 1, 1, 10, tzinfo=UTC)
USER, RULES = "U0REPORTR", load_policy()
LINK = "https://example.slack.com/archives/C1/p1"


def begin(database: Database, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - a screen
    return database.transact(lambda c: entry.begin(Work(Store(c, "T1"), NOW, RULES), USER, *args, **more))


def opened(database: Database) -> list[str]:
    def read(connection: Connection) -> list[str]:
        return listing(Store(connection, "T1"), USER, Asked(50, practice=None, ended=True)).ids

    return database.look(read)


STARTS = {
    "words": ("I sent the list",),
    "a message": ("", LINK),
    "both": ("I sent the list", LINK),
    "nothing": ("",),
}


@pytest.mark.parametrize("start", STARTS)
def test_the_same_act_twice_begins_one(database: Database, start: str) -> None:
    for _ in range(2):
        screen = begin(database, *STARTS[start], act="C1:1.5:begin_with:oops")
        assert isinstance(screen, Shown)
    assert len(opened(database)) == 1


@pytest.mark.parametrize("start", ["words", "a message", "both"])
def test_beside_others_the_second_press_shows_what_the_first_did(database: Database, start: str) -> None:
    begin(database, "Something else", act="1")
    first, second = (begin(database, *STARTS[start], act="2") for _ in range(2))
    assert isinstance(first, Choose)
    assert isinstance(second, Choose)
    assert (second.fresh, second.said) == (first.fresh, first.said)
    assert [i.id for i in second.open] == [i.id for i in first.open]
    assert len(opened(database)) == 2


@pytest.mark.parametrize("start", ["words", "a message", "both"])
def test_another_act_with_the_same_words_begins_another(database: Database, start: str) -> None:
    for act in ("1", "2", ""):
        begin(database, *STARTS[start], act=act)
    assert len(opened(database)) == 3


def test_words_that_were_erased_can_be_sent_again(database: Database) -> None:
    begin(database, "I sent the list", act="1")
    database.transact(lambda c: erasing.forget(Work(Store(c, "T1"), NOW, RULES), USER))
    assert opened(database) == []
    assert begin(database, "I sent the list", act="1").said == ""
    assert len(opened(database)) == 1
    with database.engine.begin() as connection:
        assert "I sent the list" in str(connection.execute(t.drafts.select()).all())


@pytest.mark.parametrize("acts", [("1", "1"), ("1", "2"), ("", "")])
@pytest.mark.parametrize("start", ["nothing", "words", "practice"])
def test_two_processes_at_the_same_moment(
    database: Database, url: str, acts: tuple[str, str], start: str
) -> None:
    """Without words any second start goes on with the first; with words only the same act does."""
    other, together = Database(url), Barrier(2)

    def press(on: Database, act: str) -> None:
        together.wait()
        begin(on, *STARTS.get(start, ("",)), act=act, practice=start == "practice")

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(press, on, act) for on, act in zip((database, other), acts, strict=True)]:
            done.result()
    other.close()
    assert len(opened(database)) == (2 if start == "words" and acts != ("1", "1") else 1)
