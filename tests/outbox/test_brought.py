"""A message that someone's sign or answer brought about is missed, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, update

from bot.domain.record import Event, Party, What
from bot.guide import erasing, gates, replies, signals
from bot.guide.signals import Where
from bot.guide.work import Work
from bot.outbox import owed
from bot.store import people, posts, rooms
from bot.store import tables as t
from bot.store.people import Person
from bot.store.posts import Post
from tests.outbox.desk import T0, Desk, in_memory
from tests.outbox.test_undelivered import told

KINDS = ("helper", "helping", "next_time", "passed_on", "gate_answered")
PROMISED = {"result": "reached", "promised": (T0 + timedelta(hours=1)).isoformat()}


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = in_memory()
    yield desk
    desk.database.close()


def move_in(work: Work) -> None:
    for user in ("R", "B", "U0TESS"):
        people.put(work.store, Person(user, user, "UTC", "member", "", work.now))


def in_team(work: Work) -> None:
    work.store.save_party("i1", Party("C1", "client", "Acme"))
    rooms.use(work.store, work.reload("i1"), "CTEAM", "R", work.now)
    work.store.append("i1", [Event(work.now, What.CONTACTED, "R", "C1", PROMISED)])


def at(post: Post) -> Where:
    return Where(post.channel, post.sent_ts)


async def everything(desk: Desk) -> None:
    """Tess offers help on the card; B writes back, approves the plan, ticks off an update in the thread."""
    desk.do(move_in)
    await told(desk, "B", "F1")
    desk.do(in_team)
    desk.happens("i1")
    await desk.at(0)
    react(desk, desk.row("card", place="channel"), "U0TESS", "raising_hand")
    reply(desk, "On it", "1704103300.000100")
    desk.do(lambda work: gates.ask(work, work.reload("i1"), "plan", "R"))
    asked = desk.row("ask").id
    desk.do(lambda work: gates.answer(work, asked, "B", yes=True))
    await desk.at(1)
    await desk.at(61)
    react(desk, desk.row("upd.due", place="thread"), "B", "white_check_mark")


def react(desk: Desk, post: Post, who: str, emoji: str) -> None:
    desk.do(lambda work: signals.reaction(work, at(post), who, emoji, work.now, added=True))


def reply(desk: Desk, text: str, ts: str) -> None:
    notice = at(desk.row("notice"))
    desk.do(lambda work: replies.reply(work, notice, "B", text, ts, work.now))


def missed(desk: Desk) -> set[str]:
    found = desk.look(lambda store: owed.audited(store, "i1", desk.policy, desk.clock.now))
    return {kind for one in found if (kind := one.about.split(":")[1]) in KINDS}  # type: ignore[attr-defined]


def lose(desk: Desk, post: Post) -> None:
    def gone(connection: Connection) -> None:
        connection.execute(delete(t.posts).where(t.posts.c.id == post.id))

    desk.database.transact(gone)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_one_that_is_gone_is_missed(desk: Desk, kind: str) -> None:
    await everything(desk)
    assert missed(desk) == set()
    lose(desk, desk.row(kind))
    assert missed(desk) == {kind}


async def test_one_of_two_replies_that_was_not_passed_on_is_missed(desk: Desk) -> None:
    await everything(desk)
    reply(desk, "And call me", "1704103400.000100")
    first, _ = desk.rows("passed_on")
    lose(desk, first)
    assert missed(desk) == {"passed_on"}


async def test_a_row_whose_words_have_been_kept_long_enough_still_stands(desk: Desk) -> None:
    await everything(desk)

    def emptied(connection: Connection) -> None:
        connection.execute(update(t.posts).values(body=None, data={}))

    desk.database.transact(emptied)
    assert missed(desk) == set()


@pytest.mark.parametrize("who", ["R", "B", "U0TESS"])
@pytest.mark.parametrize("kind", ["", *KINDS])
async def test_once_anyone_is_erased_nothing_of_it_is_missed(desk: Desk, who: str, kind: str) -> None:
    """What was for them has gone with them, and who else got word then, the record doesn't say."""
    await everything(desk)
    desk.do(erasing.forget, who)
    for row in desk.rows(kind) if kind else ():
        lose(desk, row)
    assert missed(desk) == set()


async def test_an_answer_that_no_one_had_asked_for_promises_no_word(desk: Desk) -> None:
    """The lead asks for what is theirs to say: that's a yes, and no message."""
    await everything(desk)
    desk.do(lambda work: gates.ask(work, work.reload("i1"), "plan", "B"))
    lose(desk, desk.row("helper"))
    assert len(desk.look(lambda store: posts.of_incident(store, "i1", "gate_answered"))) == 1  # type: ignore[arg-type]
    assert missed(desk) == {"helper"}
