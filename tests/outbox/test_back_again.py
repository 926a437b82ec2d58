"""Someone erased who's given a part again: what they're owed is planned as for anyone else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.record import Party
from bot.guide import erasing
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.store.database import Database
from bot.store.posts import HOLDING, State
from tests.outbox.desk import Desk, in_memory
from tests.outbox.test_undelivered import soon, told


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
