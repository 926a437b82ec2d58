"""Many due at once: the urgent ones first, nothing lost or doubled, no faster than Slack permits."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.many import DUE, Scene
from bot.store.database import Database

PEOPLE = 10


async def test_many_due_at_once_go_out_in_order_and_at_the_pace(database: Database) -> None:
    scene = Scene(database, real=False)
    scene.people(PEOPLE)
    scene.over("routine", 30, PEOPLE)
    scene.untold("promise", 30, PEOPLE)
    scene.unanswered("escalation", 40, PEOPLE)
    scene.clock.now = DUE
    assert scene.due() == 100
    while (wait := await scene.sender.tick()) is not None:
        scene.clock.now += timedelta(seconds=wait)
    assert scene.counting.sent == {0: 40, 1: 30, 2: 30}
    assert scene.due() == 0
    assert (scene.counting.out_of_turn, scene.counting.too_soon) == (0, 0)
