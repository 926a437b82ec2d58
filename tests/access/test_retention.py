"""What goes by itself, and when: to the day, never before, and not at all under a legal hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.guide import keeping
from bot.guide.work import Work
from bot.policy import load_policy
from bot.store import people
from bot.store import tables as t
from bot.store.database import Database
from bot.store.drafts import keep_draft
from bot.store.people import Person
from bot.store.rows import SAID, Draft
from bot.store.store import Store
from tests.access.scene import BOSS, EVERYBODY, H, P, R, Story, build, mark

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NAME = "Rina Okafor"


@pytest.fixture
def work() -> Iterator[Work]:
    """Eight incidents, one in each state, at ten o'clock on the second of March."""
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    policy = load_policy(f'[ladder]\nperson = "{BOSS}"\n[contacts]\nprivacy = "{P}"\n')
    with database.engine.begin() as connection:
        made = Work(Store(connection, "T000LOCAL"), START, policy)
        build(made)
        yield made
    database.close()


def after(work: Work, **time: float) -> Work:
    """The hourly round, so long after."""
    later = replace(work, now=START + timedelta(**time))
    keeping.sweep(later)
    return later


def left(work: Work) -> set[str]:
    return set(work.store.connection.execute(select(t.incidents.c.id)).scalars())


def incident(work: Work, status: str) -> str:
    i = t.incidents.c
    return str(work.store.connection.execute(select(i.id).where(i.status == status)).scalars().first())


def stands(work: Work, key: str, word: str) -> set[str]:
    """In which tables of that incident a word stands."""
    tables = (t.pages, t.events, t.posts, t.parties, t.actions, t.drafts)
    rows = {x.name: work.store.connection.execute(select(x).where(x.c.incident == key)).all() for x in tables}
    return {name for name, found in rows.items() if word in str(found)}


def test_an_empty_draft_goes_after_a_day(work: Work) -> None:
    key = incident(work, "draft")
    assert key in left(after(work, hours=23))
    assert key not in left(after(work, hours=25))


def test_a_draft_goes_seven_days_after_the_last_word(work: Work) -> None:
    key = incident(work, "draft")
    typed = START + timedelta(days=3)
    keep_draft(work.store, R, Draft(key, SAID, "", {"text": "it went out"}, 0, typed.timestamp(), typed))
    assert key in left(after(work, days=9, hours=23))
    assert key not in left(after(work, days=10, hours=1))


def test_what_was_cancelled_goes_thirty_days_after(work: Work) -> None:
    key = incident(work, "cancelled")
    assert key in left(after(work, days=29, hours=23))
    assert key not in left(after(work, days=30, hours=1))
    assert stands(work, key, "zq") == set()


def test_the_note_to_oneself_goes_thirty_days_after_closing(work: Work) -> None:
    release(work)
    key, note, own = incident(work, "closed"), mark("letgo", "note_to_self"), mark("own", "own_line")
    assert stands(after(work, days=29, hours=23), key, note) == {"pages"}
    assert stands(after(work, days=30, hours=1), key, note) == set()
    assert stands(work, key, own) == {"pages"}


def test_names_become_roles_half_a_year_after_closing(work: Work) -> None:
    release(work)
    key = incident(work, "closed")
    for user in EVERYBODY:
        people.put(work.store, Person(user, NAME if user == R else user.title(), "UTC", "member", "", START))
    story = Story(replace(work, now=START), key)
    story.save("review", BOSS, factors=f"{NAME} had no second pair of eyes")
    people.put(work.store, Person(R, NAME, "UTC", "member", "", START + timedelta(days=100)))
    assert stands(after(work, days=179), key, R)
    later = after(work, days=181)
    assert {user for user in EVERYBODY if stands(later, key, user)} == set()
    assert stands(later, key, NAME) == stands(later, key, mark("contact", "party_name")) == set()
    assert stands(later, key, mark("own", "own_line")) == set()
    record = later.reload(key)
    assert record.reporter.startswith("reporter-")
    assert record.handler.startswith("handler-")
    assert record.answer("review", "factors") == "the reporter had no second pair of eyes"
    assert record.parties[0].name == ""


def test_all_of_it_goes_two_years_after_the_last_thing_that_happened(work: Work) -> None:
    release(work)
    assert len(left(after(work, days=729))) == 7
    assert left(after(work, days=731)) == set()


def test_a_hold_stops_every_clock(work: Work) -> None:
    """In the scene the privacy contact holds the closed one."""
    key, note = incident(work, "closed"), mark("letgo", "note_to_self")
    later = after(work, days=2000)
    assert left(later) == {key}
    assert stands(later, key, note) == {"pages"}
    assert later.reload(key).reporter == R
    release(later)
    assert left(after(work, days=4000)) == set()


def release(work: Work) -> None:
    Story(replace(work, now=work.now - timedelta(minutes=1)), incident(work, "closed")).save("release", P)


def test_copies_of_what_went_out_are_not_kept(work: Work) -> None:
    key, o = incident(work, "open"), t.posts.c
    work.store.connection.execute(
        t.posts.update().where(o.incident == key, o.kind == "int.due").values(body={"text": "zqcopy"})
    )
    assert stands(after(work, hours=23), key, "zqcopy") == {"posts"}
    assert stands(after(work, hours=25), key, "zqcopy") == set()


def test_the_notice_s_text_goes_thirty_days_after_the_end(work: Work) -> None:
    release(work)
    key, text = incident(work, "closed"), mark("send", "text")
    work.store.connection.execute(t.posts.update().values(body={"text": "as sent"}))
    assert "posts" in stands(after(work, days=29), key, text)
    assert "posts" not in stands(after(work, days=31), key, text)


def test_what_slack_said_about_people_goes_when_they_have_not_been_here_for_long(work: Work) -> None:
    assert people.get(work.store, [H])
    assert not people.get(after(work, days=181).store, [H])
