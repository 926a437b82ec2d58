"""Postgres dies as when the power goes, under a working sender and under a whole bot, and starts again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import pytest

from bot.domain.errors import Busy
from bot.outbox import outcome
from bot.outbox.claim import claim
from bot.outbox.sender import _taken
from bot.store.database import Database
from bot.store.posts import OPEN
from tests.edge.acts import to_page
from tests.flows.test_thread import walk_to_send
from tests.house import House, open_house
from tests.outbox.desk import Desk
from tests.store.databases import Postgres, running

pytestmark = pytest.mark.postgres

T = TypeVar("T")
POINTS = {
    "taken": (_taken, "after"),
    "claimed, not committed": (claim, "inside"),
    "claimed": (claim, "after"),
    "recorded, not committed": (outcome.sent, "inside"),
    "recorded": (outcome.sent, "after"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One of our own, since it is killed."""
    with TemporaryDirectory(prefix="postgres-") as folder, running(Path(folder)) as postgres:
        yield postgres


class Dying(Database):
    """The server dies in, or right after, the n-th transaction of one kind; `died` says that it did."""

    def __init__(self, server: Postgres) -> None:
        super().__init__(server.create())
        self.server, self.point, self.left, self.died = server, (claim, "none"), 0, 0

    def arm(self, point: tuple[Callable[..., object], str], passage: int) -> None:
        self.point, self.left = point, passage

    def transact(self, fn: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - as the one above it
        def inside(*given: Any) -> T:  # noqa: ANN401 - handed through
            result = fn(*given)
            self._at(fn, "inside")
            return result

        result = super().transact(inside, *args)
        self._at(fn, "after")
        return result

    def _at(self, fn: Callable[..., object], where: str) -> None:
        if (fn, where) == self.point:
            self.left -= 1
            if self.left == 0:
                self.server.crash()
                self.died += 1


def waiting(desk: Desk) -> bool:
    """Whether anything that is due by now has not come to its end."""
    return any(row.state.value in OPEN and row.due_at <= desk.clock.now for row in desk.rows())


async def drained(desk: Desk) -> None:
    """As the ticker does it: round after round. While the database is away, the clock stands still."""
    async with asyncio.timeout(60):
        more = True
        while more:
            with suppress(Busy):
                await desk.sender.tick()
                await desk.sender.flights.landed(30)
                more = waiting(desk)
                desk.clock.now += timedelta(seconds=20)


@pytest.mark.parametrize("name", POINTS)
async def test_a_server_that_dies_under_the_sender_loses_and_doubles_nothing(
    server: Postgres, name: str
) -> None:
    database = Dying(server)
    desk = Desk(database)
    for number in range(12):
        desk.incident(f"i{number}", desk.told(f"B{number}"), reporter=f"R{number}", going="yes")
    desk.clock.now += timedelta(minutes=16)
    database.arm(POINTS[name], passage=5)
    await drained(desk)
    rows = {row.id: row for row in desk.rows()}
    lying = Counter(message.n for message in desk.slack.messages)
    sent = [row for row in rows.values() if row.sent_ts and not row.bundle]
    database.close()
    assert database.died == 1
    assert {row.kind for row in sent} >= {"rcard", "ack.1", "halt"}
    assert set(lying.values()) == {1}
    assert lying.keys() == {row.id for row in sent}
    assert Counter(row.kind for row in sent)["ack.1"] == 12


async def test_a_whole_bot_starts_on_postgres_and_outlives_its_server(
    server: Postgres, tmp_path: Path
) -> None:
    async with open_house(tmp_path, DATABASE_URL=server.create()) as house:
        await walk_to_send(house)
        await house.reporter.submit()
        await house.slack.wait(lambda: len(house.boss.dm) == 1)
        house.slack.ack_timeout = 60.0  # how long a crash takes is the machine's affair
        await asyncio.to_thread(server.crash)
        await house.boss.react(house.boss.dm[0], "eyes")
        await house.slack.wait(lambda: "Seen by Bert" in house.reporter.dm[0].text)
        await house.slack.settle()
        house.slack.expect("dispatch_failed")  # of an event between the two lives; Slack delivers it again
        await house.restart()
        await still_works(house)
        house.check()


async def test_a_server_that_stands_still_leaves_nobody_without_an_answer(
    server: Postgres, tmp_path: Path, transport: str
) -> None:
    """Their words come back in time; what nobody answers (a keystroke, an event) Slack marks or repeats."""
    async with open_house(tmp_path, transport, DATABASE_URL=server.create()) as house:
        rina = house.reporter
        await to_page(house, "assess")
        with server.frozen():
            said = (await rina.command("/screwedup", "I lost the client's keys")).ephemerals[0].text
            assert "couldn't do that" in said
            assert "I lost the client's keys" in said
            await rina.fill("q1_mistake", "The invoice went to the wrong client")
            answer = await rina.submit()
            assert answer.action == "errors"
            await house.slack.settle()
        unanswered = [d.subject for d in house.slack.deliveries if d.error]
        assert [subject.split(" ")[0] for subject in unanswered] == ["block_actions"]


async def still_works(house: House) -> None:
    """What was told stays told, and an answer that is taken back is."""
    await house.boss.unreact(house.boss.dm[0], "eyes")
    await house.slack.wait(lambda: "Seen by" not in house.reporter.dm[0].text)
    assert len(house.boss.dm) == 1
    assert len(house.reporter.dm) == 1
