"""The walk as a test: over both transports, in Chromium, the bot started as a newcomer starts it."""

from __future__ import annotations

import pytest

from tests.browser import chromium
from tests.walk.walker import playing, walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("options", [(), ("--http",)], ids=["socket", "http"])
async def test_from_the_command_to_seen_and_back_in_a_browser(options: tuple[str, ...]) -> None:
    async with chromium() as browser, playing(*options) as url:
        trodden = await walk(browser, url)
    assert trodden.pages[0] == "What happened"
    assert trodden.pages[-1] == "Read it, then send"
