"""Someone erased who's given a part again: what they're owed is planned as for anyone else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.record import Page, Party
from bot.guide import erasing
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.outbox.ports import Answer, Verdict
from bot.store import rooms
from bot.store import tables as t
from bot.store.database import Database
from bot.store.posts import HOLDING, Post, State
from tests.outbox.desk import Desk, in_memory
from tests.outbox.test_undelivered import never, soon, told


async def begun(desk: Desk) -> None:
    """B has the notice of a mistake that Acme is affected by."""

    def affected(work: Work) -> None:
        work.store.save_party("i1", Party("C1", "client", "Acme"))
        settle(work, "i1")

    await told(desk, "B")
    await soon(desk)
    desk.do(affected)


def later(desk: Desk) -> None:
    desk.clock.now += timedelta(minutes=5)


def handled_by(desk: Desk, user: str) -> None:
    def accepted(work: Work) -> None:
        work.store.set_handler("i1", user)
        settle(work, "i1")

    desk.do(accepted)


def waiting(desk: Desk, kind: str, user: str) -> list[str]:
    return [p.party for p in desk.rows(kind) if p.recipient == user and p.state is State.PENDING]


async def test_a_boss_who_was_erased_and_is_told_again_is_reminded(database: Database) -> None:
    desk = Desk(database)
    await begun(desk)
    assert waiting(desk, "first.due", "B") == ["C1"]
    later(desk)
    desk.do(lambda work: erasing.forget(work, "B"))
    assert waiting(desk, "first.due", "B") == []
    later(desk)
    desk.happens("i1", desk.told("B"))
    assert waiting(desk, "first.due", "B") == ["C1"]


async def test_and_once_more_each_time() -> None:
    desk = in_memory()
    await begun(desk)
    for _ in range(3):
        later(desk)
        desk.do(lambda work: erasing.forget(work, "B"))
        later(desk)
        desk.happens("i1", desk.told("B"))
        assert waiting(desk, "first.due", "B") == ["C1"]


@pytest.mark.parametrize("kind", ["first.half", "first.due", HOLDING])
async def test_a_handler_who_was_erased_and_takes_it_over_again_is_reminded(kind: str) -> None:
    desk = in_memory()
    await begun(desk)
    handled_by(desk, "H")
    before = waiting(desk, kind, "H")
    later(desk)
    desk.do(lambda work: erasing.forget(work, "H"))
    assert before
    assert waiting(desk, kind, "H") == []
    later(desk)
    handled_by(desk, "H")
    assert waiting(desk, kind, "H") == before


def invited(desk: Desk, user: str) -> list[Post]:
    return [p for p in desk.rows(rooms.INVITE) if p.recipient == user]


async def picked_for_room(desk: Desk, user: str) -> None:
    """The team's page is saved with that person picked, and what follows of it is tried."""

    def pick(work: Work) -> None:
        page = work.reload("i1").page("team")
        new = Page("team", "", page.version + 1 if page else 1, {"members": [user]}, False, "R", work.now)
        work.store.save_page("i1", new)
        rooms.wish(work.store, work.reload("i1"), "R", work.now)

    later(desk)
    desk.do(pick)
    await soon(desk)


@pytest.mark.parametrize("tried", ["never", "refused", "in"])
async def test_an_invitation_that_was_tried_is_made_anew_for_someone_picked_again(tried: str) -> None:
    """Nothing in Slack is known by its id, so it stands in no one's way."""
    desk = in_memory()
    await told(desk, "B")
    await soon(desk)
    if tried == "refused":
        desk.slack.then("H", never("cant_invite"))
    elif tried == "never":
        desk.slack.then("H", *[Answer(Verdict.RETRY, reason="down")] * 9)
    await picked_for_room(desk, "H")
    assert len(invited(desk, "H")) == 1
    later(desk)
    desk.do(lambda work: erasing.forget(work, "H"))
    assert invited(desk, "H") == []
    desk.slack.script.clear()
    await picked_for_room(desk, "H")
    (again,) = invited(desk, "H")
    assert again.state is State.SENT


async def test_what_lands_while_its_reader_is_erased_is_taken_down() -> None:
    desk = in_memory()
    desk.slack.before_post = lambda post: erase_first(desk)
    await told(desk, "B")
    await soon(desk)
    (lies,) = desk.slack.to("DB")
    waiting = desk.look(lambda store: str(store.connection.execute(select(t.surfaces.c.subject)).all()))
    assert f"DB:{lies.ts}" in str(waiting)


def erase_first(desk: Desk) -> None:
    desk.do(lambda work: erasing.forget(work, "B"))
