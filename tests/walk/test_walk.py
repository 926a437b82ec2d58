"""The short walks as tests, in Chromium, the bot started as a newcomer starts it; the rest by `make walk`."""

from __future__ import annotations

import pytest

from tests.browser import chromium
from tests.walk.paths import LINE, SMALL, Path
from tests.walk.pictures import Camera
from tests.walk.playing import playing
from tests.walk.walker import Walker, start

pytestmark = pytest.mark.browser


async def walked(path: Path, transport: str) -> Walker:
    async with chromium() as browser, playing(transport) as url:
        walker = await start(browser, url, Camera(None), path.answers)
        await walker.walk(path.acts)
    return walker


async def test_from_the_command_to_seen_and_back_in_a_browser(transport: str) -> None:
    walker = await walked(LINE, transport)
    assert walker.pages[0] == "What happened"
    assert walker.pages[-1] == "Read it, then send"


async def test_a_small_one_is_closed_in_six_pages_and_ninety_seconds() -> None:
    walker = await walked(SMALL, "socket")
    assert len(walker.pages) <= 6
    assert walker.seconds < 90
