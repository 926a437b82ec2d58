"""A list is a page from the database: it reads what it shows, however many there are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import Connection, event

from bot.store import tables as t
from bot.store.database import Database
from bot.store.lists import Asked, Listing, listing
from bot.store.store import Store
from tests.store import crowded

T, R = "T1", "UR"


def asked(database: Database, user: str = R, **given: object) -> Listing:
    return database.look(lambda c: listing(Store(c, T), user, Asked(**{"most": 15, **given})))  # type: ignore[arg-type]


def test_older_leads_to_the_last_and_newer_back_to_the_first(database: Database) -> None:
    keys = database.transact(crowded.incidents, T, R, 80)
    pages = [asked(database)]
    while pages[-1].older:
        pages.append(asked(database, beyond=pages[-1].ids[-1]))
    assert [key for page in pages for key in page.ids] == keys[::-1]
    assert [len(page.ids) for page in pages] == [15, 15, 15, 15, 15, 5]
    assert [page.newer for page in pages] == [False] + [True] * 5
    back = [asked(database, beyond=page.ids[0], newer=True) for page in pages[1:]]
    assert [page.ids for page in back] == [page.ids for page in pages[:-1]]
    assert [page.newer for page in back] == [page.newer for page in pages[:-1]]


def test_each_part_someone_can_have_is_in_it_once(database: Database) -> None:
    def fill(c: Connection) -> list[str]:
        mine = crowded.incidents(c, T, R, 3)
        handled = crowded.incidents(c, T, "UX", 3, first=10, handler=R)
        both = crowded.incidents(c, T, R, 2, first=20, handler=R)
        others = crowded.incidents(c, T, "UX", 3, first=30)
        crowded.joined(c, T, R, [others[1], both[0]])
        crowded.incidents(c, "T2", R, 2, first=40)
        return [*mine, *handled, *both, others[1]]

    keys = database.transact(fill)
    assert asked(database).ids == keys[::-1]
    assert asked(database, most=4).ids == keys[:-5:-1]


def test_what_is_over_and_practice_runs_are_lists_of_their_own(database: Database) -> None:
    def fill(c: Connection) -> tuple[list[str], ...]:
        return (
            crowded.incidents(c, T, R, 2),
            crowded.incidents(c, T, R, 2, first=10, status="closed"),
            crowded.incidents(c, T, R, 2, first=20, practice=True),
            crowded.incidents(c, T, "UX", 2, first=30, practice=True, handler=R),
        )

    running, over, practice, _ = database.transact(fill)
    assert asked(database).ids == running[::-1]
    assert asked(database, practice=True).ids == practice[::-1]
    assert asked(database, ended=True).ids == [*over[::-1], *running[::-1]]
    assert asked(database, ended=True, practice=None).ids == [*practice[::-1], *over[::-1], *running[::-1]]


def test_many_of_one_moment_are_told_apart(database: Database) -> None:
    keys = database.transact(lambda c: crowded.incidents(c, T, R, 40, created_at=crowded.BEGAN))
    first = asked(database)
    second = asked(database, beyond=first.ids[-1])
    third = asked(database, beyond=second.ids[-1])
    assert sorted([*first.ids, *second.ids, *third.ids]) == sorted(keys)


def test_a_page_beyond_one_that_is_gone_is_the_first(database: Database) -> None:
    keys = database.transact(crowded.incidents, T, R, 20)
    for newer in (False, True):
        page = asked(database, beyond="gone42", newer=newer)
        assert page.ids == keys[:4:-1]
        assert (page.newer, page.older) == (False, True)


@pytest.mark.parametrize("newer", [False, True])
def test_where_nothing_lies_beyond_any_more_the_first_page_is_shown(database: Database, newer: bool) -> None:
    keys = database.transact(crowded.incidents, T, R, 20)
    page = asked(database, beyond=keys[-1] if newer else keys[0], newer=newer)
    assert page.ids == keys[:4:-1]
    assert (page.newer, page.older) == (False, True)


def test_a_list_reads_no_more_than_it_shows(database: Database) -> None:
    """Two statements, however many there are, and each of them ends after one page."""
    database.transact(crowded.incidents, T, R, 1000)
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(database._reader, "before_cursor_execute", note)
    page = asked(database)
    event.remove(database._reader, "before_cursor_execute", note)
    heads, pages = [one for one in seen if one.lstrip().startswith("SELECT")]
    assert len(page.ids) == 15
    assert heads.count("LIMIT") == 4, "each part someone can have, and all of them together"
    assert "pages.incident IN" in pages


@settings(max_examples=10, deadline=None)
@given(some.lists(some.integers(1, 20), min_size=1, max_size=3), some.integers(2, 9))
def test_however_they_lie_each_is_on_one_page(counts: list[int], most: int) -> None:
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    keys: list[str] = []
    for number, count in enumerate(counts):
        keys += database.transact(lambda c, n=number, k=count: crowded.incidents(c, T, R, k, first=n * 100))  # type: ignore[misc]
    page, met = asked(database, most=most), list[str]()
    met += page.ids
    while page.older:
        page = asked(database, most=most, beyond=page.ids[-1])
        assert 1 <= len(page.ids) <= most
        met += page.ids
    database.close()
    assert met == keys[::-1]
