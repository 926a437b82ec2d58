"""One pace for everyone on a database: no method and no conversation is used more often than Slack allows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.outbox.pace import BY_PLACE, RATES, OwnTurns, Pace, Rate, SharedTurns
from bot.playground.rates import METHODS, TIERS
from bot.store import turns
from bot.store.database import Database
from bot.store.posts import Post
from tests.store.databases import Postgres

TIERED = sorted(RATES.keys() - BY_PLACE)
NOW = datetime(2024, 1, 1, tzinfo=UTC)
TO_BOSS = Post(tenant="T", incident="i", kind="notice", recipient="B", due_at=NOW, data={}, channel="DB")
TO_DEPUTY = Post(tenant="T", incident="i", kind="notice", recipient="F", due_at=NOW, data={}, channel="DF")


class Elapsed:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(method=st.sampled_from(TIERED), gaps=st.lists(st.floats(0, 20), min_size=1, max_size=300))
async def test_in_no_minute_more_than_the_tier_has(method: str, gaps: list[float]) -> None:
    elapsed, called = Elapsed(), list[float]()
    pace = Pace(monotonic=elapsed)
    for gap in gaps:
        elapsed.now += gap
        if not await pace.call(method):
            called.append(elapsed.now)
    most = TIERS[METHODS[method]]
    assert all(sum(0 <= one - first < 60 for one in called) <= most for first in called)


@given(st.sampled_from(TIERED), st.integers(0, 200))
async def test_whoever_waits_as_long_as_told_gets_a_turn(method: str, before: int) -> None:
    elapsed = Elapsed()
    pace = Pace(monotonic=elapsed)
    for _ in range(before):
        await pace.call(method)
    if wait := await pace.call(method):
        elapsed.now += wait + 0.001
        assert await pace.call(method) == 0.0


async def test_slacks_word_for_one_of_us_holds_the_method_and_no_other() -> None:
    elapsed = Elapsed()
    pace = Pace(monotonic=elapsed)
    await pace.told_to_wait("chat.update", 30.0)
    elapsed.now += 29.0
    assert await pace.call("chat.update") == pytest.approx(1.0)
    assert await pace.call("views.publish") == 0.0
    assert await pace.call("auth.test") == 0.0  # has no tier here
    elapsed.now += 1.0
    assert await pace.call("chat.update") == 0.0


@pytest.fixture
def two(postgres: Postgres) -> Iterator[tuple[Pace, Pace, Database]]:
    """The paces of two processes, and the database of both."""
    url = postgres.create()
    one, other = Database(url), Database(url)
    yield Pace(turns=SharedTurns(one)), Pace(turns=SharedTurns(other)), one
    one.close()
    other.close()


@pytest.mark.postgres
async def test_a_conversation_is_one_processs_at_a_time(two: tuple[Pace, Pace, Database]) -> None:
    one, other, _ = two
    assert await one.turn(TO_BOSS) == 0.0
    assert await other.turn(TO_BOSS) > 1.0  # for as long as a call may take
    assert other.busy() == ["DB", "B"] or other.busy() == ["B", "DB"]
    assert await other.turn(TO_DEPUTY) == 0.0
    await one.done(TO_BOSS)
    assert 0.0 < await other.turn(TO_BOSS) <= 1.0  # a second from the answer


@pytest.mark.postgres
async def test_a_retry_after_of_one_holds_all(two: tuple[Pace, Pace, Database]) -> None:
    one, other, _ = two
    await one.turn(TO_BOSS)
    await one.done(TO_BOSS, 45.0)
    assert 40.0 < await other.turn(TO_BOSS) <= 45.0
    await one.told_to_wait("users.info", 60.0)
    assert 55.0 < await other.call("users.info") <= 60.0


@pytest.mark.postgres
async def test_all_of_them_together_have_one_allowance(two: tuple[Pace, Pace, Database]) -> None:
    most = RATES["chat.update"].at_once
    calls: list[Callable[[str], Awaitable[float]]] = [two[0].call, two[1].call] * most
    had = [await call("chat.update") == 0.0 for call in calls]
    assert had == [True] * most + [False] * most


@pytest.mark.postgres
async def test_a_server_whose_clock_was_set_back_holds_nobody_for_long(
    two: tuple[Pace, Pace, Database],
) -> None:
    one, _, database = two
    await one.turn(TO_BOSS)
    database.transact(lambda c: c.execute(text("UPDATE turns SET free_at = free_at + 86400")))
    assert await one.turn(TO_BOSS) == 0.0


@pytest.mark.postgres
async def test_what_is_free_is_not_kept(two: tuple[Pace, Pace, Database]) -> None:
    one, _, database = two
    await one.turn(TO_BOSS)
    await one.done(TO_BOSS, 0.0)
    database.transact(turns.tidy)
    assert database.look(lambda c: c.execute(text("SELECT count(*) FROM turns")).scalar()) == 0


async def test_own_turns_are_taken_in_order() -> None:
    elapsed = Elapsed()
    own = OwnTurns(elapsed)
    rate = Rate(every=2.0, at_once=2)
    assert [await own.take("k", rate) for _ in range(3)] == [0.0, 0.0, 2.0]
