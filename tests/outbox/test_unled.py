"""While nobody leads: with the last rung H is given what needs no lead (product.md 4.3 `ack.3`)."""

from __future__ import annotations

from bot.domain.record import Event, Party, What
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.store.posts import HOLDING, State
from tests.outbox.desk import Desk


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
    assert desk.rows(HOLDING) == []
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
    assert desk.row(HOLDING, "R").state is not State.SENT
