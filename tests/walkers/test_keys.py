"""Which keystrokes a walk lets go unanswered: only those that can't be kept by right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edge.acts import NEEDED, deliver, to_page, typing
from tests.edge.test_input import locked
from tests.house import House
from tests.walkers.keys import excused


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """Over a socket no answer is the answer; over HTTP a status is."""
    return str(request.param)


async def test_one_on_their_own_page_that_hangs_is_a_fault(house: House, tmp_path: Path) -> None:
    await to_page(house, "own")
    house.slack.expect("http_service_error", "operation_timeout")
    house.slack.ack_timeout = 0.5
    with locked(tmp_path):
        key = await house.reporter.fill("own_line", "I'm on it")
        assert key is not None
        assert not key.ok
        assert not await excused(house, key)
    assert house.slack.outbound.failed == [key]


async def test_one_on_a_page_that_another_window_has_saved_is_none(house: House) -> None:
    rina = house.reporter
    await to_page(house, "own")
    typed = typing(house, rina, "own_line", "from the other window", id="V0OTHER", root_view_id="V0OTHER")
    await rina.fill("own_line", NEEDED["own"]["own_line"])
    assert (await rina.submit()).action == "update"
    house.slack.ack_timeout = 0.5
    key = await deliver(house, typed)
    assert not key.ok
    assert await excused(house, key)
    assert house.slack.outbound.failed == []


async def test_one_on_a_page_that_is_not_theirs_is_none(house: House) -> None:
    await to_page(house, "own")
    typed = typing(house, house.reporter, "own_line", "from someone else")
    typed["user"] = {**typed["user"], "id": house.boss.id}
    house.slack.ack_timeout = 0.5
    key = await deliver(house, typed)
    assert not key.ok
    assert await excused(house, key)
