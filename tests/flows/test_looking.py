"""Looking at an incident waits for no one who writes; that someone looked is in the record all the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.domain.errors import NotFound
from bot.guide import entry, hub, showing
from bot.guide.flow import Spot
from tests.access.front import Front, open_front
from tests.access.scene import BOSS, MEMBER, R, move_in
from tests.edge.acts import rows

SEEN = "SELECT actor, detail FROM audit WHERE incident = ? AND verb = 'viewed'"
LOOKS: dict[str, Callable[[Front, str, str], Any]] = {
    "status": lambda front, user, key: front.edge.see(entry.command, user, f"status {key}"),
    "hub": lambda front, user, key: front.edge.see(showing.show, key, user, Spot("hub")),
    "timeline": lambda front, user, key: front.edge.see(hub.ledger, key, user),
}


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    async with open_front(tmp_path, "http", move_in) as opened:
        yield opened


@pytest.mark.parametrize("screen", LOOKS)
async def test_what_one_looks_at_of_ones_own_needs_no_writer(front: Front, screen: str) -> None:
    scene = await front.set_scene()
    held = threading.Event()

    def hold(connection: Connection) -> bool:
        return held.wait(20)

    writing = asyncio.create_task(front.database.write(hold))
    try:
        assert await LOOKS[screen](front, R, scene.incident["acknowledged"])
        assert not writing.done()
    finally:
        held.set()
        await writing


@pytest.mark.parametrize("screen", LOOKS)
async def test_that_someone_else_looked_is_written_before_they_see_it(
    front: Front, screen: str, tmp_path: Path
) -> None:
    scene = await front.set_scene()
    assert await LOOKS[screen](front, BOSS, scene.incident["acknowledged"])
    assert rows(tmp_path, SEEN, scene.incident["acknowledged"]) == [(BOSS, screen)]


async def test_a_refused_look_is_noted_as_any_other(front: Front, tmp_path: Path) -> None:
    scene = await front.set_scene()
    with pytest.raises(NotFound):
        await front.edge.see(showing.show, scene.incident["acknowledged"], MEMBER, Spot("hub"))
    assert rows(tmp_path, "SELECT verb, actor FROM audit WHERE verb = 'refused'") == [("refused", MEMBER)]
    assert rows(tmp_path, SEEN, scene.incident["acknowledged"]) == []


def test_only_commands_that_change_nothing_are_read() -> None:
    texts = ("list", "Status", "“help”", "status abcdef", "status inc-abcdef", "lists")
    assert [entry.only_reads(text) for text in texts] == [True, True, True, True, True, False]
    assert not any(
        map(entry.only_reads, ("", "practice", "export", "forget", "export abcdef", "status is bad"))
    )
