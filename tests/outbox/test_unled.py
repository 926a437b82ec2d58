"""While nobody leads: with the last rung H is given what needs no lead (product.md 4.3 `ack.3`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.level import Level
from bot.domain.record import Event, Party, What
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.store.posts import HOLDING, State
from tests.outbox.desk import T0, Desk, in_memory


def affected(desk: Desk) -> None:
    def add(work: Work) -> None:
        work.store.save_party("i1", Party("C1", "client", "Acme"))
        settle(work, "i1")

    desk.do(add)


async def silence(desk: Desk, minutes: int) -> None:
    """The boss was told now, and nobody of the ladder says anything for so long."""
    affected(desk)
    for minute in range(0, minutes + 1, 15):
        await desk.at(minute)
        await desk.tick()


async def test_it_comes_with_the_last_rung_once_and_holds_the_short_call(desk: Desk) -> None:
    desk.incident("i1", desk.told("B", "F1", "F2"))
    await silence(desk, 30)
    assert desk.row(HOLDING).sent_at is None
    await silence(desk, 75)
    row = desk.row(HOLDING, "R")
    assert row.state is State.SENT
    body = next(m.body for m in desk.slack.to("DR") if m.n == row.id)
    assert "Acme" in body["text"]
    assert "I would rather not guess" in body["text"]


async def test_a_ladder_of_two_ends_in_it_as_well(desk: Desk) -> None:
    desk.incident("i1", desk.told("B", "F1"))
    await silence(desk, 75)
    assert desk.row(HOLDING, "R").state is State.SENT


async def test_whoever_answers_meanwhile_makes_it_needless(desk: Desk) -> None:
    desk.incident("i1", desk.told("B", "F1", "F2"))
    affected(desk)
    for minute in (15, 30):
        await desk.at(minute)
    desk.clock.now = desk.clock.now.replace(minute=45)
    desk.slack.before_post = lambda post: (
        desk.happens("i1", Event(desk.clock(), What.NOTED, "B")) if post.kind == "ack.3" else None
    )
    await desk.tick()
    assert not [row for row in desk.rows(HOLDING) if row.sent_at]


async def unheard(desk: Desk, *ladder: str, level: Level, admins: str, **said: object) -> list[float]:
    """In which minute the card goes to R, if no one on that ladder answers."""
    contacts = replace(desk.policy.contacts, admins_channel=admins)
    desk.policy = replace(desk.policy, contacts=contacts)
    desk.sender = desk.worker()
    told = desk.told(*ladder)
    desk.incident("i1", replace(told, data={**told.data, **said}), level=level)
    for _ in range(40):
        waiting = [p.run_at for p in desk.rows() if p.state is State.PENDING and p.run_at]
        desk.clock.now = max(desk.clock.now, min(waiting, default=desk.clock.now))
        await desk.tick()
    return [(p.sent_at - T0) // timedelta(minutes=1) for p in desk.rows(HOLDING) if p.sent_at]


@pytest.mark.parametrize("admins", ["CADMIN", ""])
@pytest.mark.parametrize("ladder", [("B",), ("B", "F1"), ("B", "F1", "F2")])
@pytest.mark.parametrize(
    ("level", "minute"), [(Level.SMALL, 1620), (Level.MEDIUM, 180), (Level.LARGE, 45), (Level.CRITICAL, 15)]
)
async def test_r_hears_at_the_time_of_the_third_step_however_many_stand_there(
    ladder: tuple[str, ...], level: Level, minute: int, admins: str
) -> None:
    desk = in_memory()
    assert await unheard(desk, *ladder, level=level, admins=admins) == [minute]


async def test_so_they_do_of_the_one_boss(desk: Desk) -> None:
    """A minute after the line that says the boss is reminded for the third time."""
    assert await unheard(desk, "B", "F1", level=Level.LARGE, admins="", only_boss=True) == [46]


async def test_an_answer_before_it_takes_the_card_back(desk: Desk) -> None:
    desk.incident("i1", desk.told("B", "F1"))
    affected(desk)
    assert desk.row(HOLDING).state is State.PENDING
    await desk.at(30)
    desk.happens("i1", Event(desk.clock(), What.NOTED, "F1"))
    assert desk.rows(HOLDING) == []


async def test_it_comes_once_though_someone_else_handles_it_by_now(desk: Desk) -> None:
    desk.incident("i1", desk.told("B", "F1"))
    for minute in (15, 30, 45, 46):
        await desk.at(minute)
    offered = {"to": "H2"}
    desk.happens(
        "i1", Event(desk.clock(), What.OFFERED, "R", data=offered), Event(desk.clock(), What.ACCEPTED, "H2")
    )
    desk.do(lambda work: work.store.set_handler("i1", "H2"))
    desk.do(lambda work: settle(work, "i1"))
    await desk.at(50)
    assert [p.recipient for p in desk.rows(HOLDING)] == ["R"]
