"""An account that Slack tells us about late, or of which it says at once that it may not begin."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.driver import Member
from tests.edge.acts import rows
from tests.house import House

WORDS = "The zebra file went to the wrong client"


@pytest.mark.parametrize("who", ["guest", "deactivated"])
async def test_a_first_command_is_refused_before_anything_is_opened(
    house: House, tmp_path: Path, who: str
) -> None:
    person: Member = getattr(house, who)
    answer = (await person.command("/screwedup", WORDS)).ephemerals[0]
    assert rows(tmp_path, "SELECT * FROM incidents") == []
    assert ("I haven't kept anything" in answer.text and WORDS in answer.text) is (who == "guest")


async def test_a_guest_whom_slack_names_late_gets_the_words_back(house: House, tmp_path: Path) -> None:
    gus: Member = house.guest
    house.slack.faults.add(method="users.info", kind="latency:1.5")
    await gus.command("/screwedup", WORDS)
    await house.slack.wait(lambda: any(WORDS in m.text for m in gus.dm))
    assert rows(tmp_path, "SELECT * FROM incidents") == []
    assert rows(tmp_path, "SELECT * FROM drafts") == []
