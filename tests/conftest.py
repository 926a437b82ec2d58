"""What every test may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House, open_house


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def house(tmp_path: Path, transport: str) -> AsyncIterator[House]:
    """A bot on its local Slack, over both transports; fails at the end on anything unexpected or missing."""
    async with open_house(tmp_path, transport) as opened:
        yield opened
        opened.check()
        found = await opened.bot.auditor.run()  # what is merely late belongs to clocks that were just moved
        assert [finding.about for finding in found if finding.kind == "missing"] == []
