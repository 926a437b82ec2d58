"""Our clock and Slack's differ: what may have gone out is found all the same, and the difference is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import run
from tests.crash.rig import until
from tests.crash.test_faults import notices, ready, state, to_boss
from tests.edge.acts import text_of
from tests.house import House, environment, open_house

SKEWS = (150, 300, -300, 86_400)


class Skewed:
    """The bot's own clock: so many seconds ahead of Slack's."""

    def __init__(self, folder: Path, ahead: float) -> None:
        self.file, self.ahead, self.passed = folder / "own clock", ahead, 0.0
        self.file.write_text(str(ahead))

    def passes(self, house: House, seconds: float) -> None:
        """On both clocks."""
        self.passed += seconds
        self.file.write_text(str(self.ahead + self.passed))
        house.slack.clock.advance(seconds)
        house.bot.ticker.wake()

    async def until_sent(self, house: House, folder: Path) -> None:
        """A quarter of a minute, again and again, until the notice counts as sent."""
        for _ in range(8):
            if state(folder) == "sent":
                return
            self.passes(house, 16)
            await house.bot.tick()
            await house.bot.drain()
        raise AssertionError(state(folder))


@pytest.mark.parametrize("ahead", SKEWS)
async def test_a_post_of_unknown_outcome_is_found_whatever_our_clock_says(
    tmp_path: Path, ahead: float
) -> None:
    own = Skewed(tmp_path, ahead)
    async with open_house(tmp_path, CLOCK_OFFSET_FILE=str(own.file)) as house:
        rina = await ready(house)
        to_boss(house, "redirect:http://127.0.0.1:1/", when="after")
        assert (await rina.submit()).action == "update"
        await until(lambda: state(tmp_path) == "checking")
        assert "on its way" in text_of(rina.modal)
        await own.until_sent(house, tmp_path)
        assert notices(house) == 1


async def test_a_clock_that_jumps_between_the_post_and_the_look_changes_nothing(tmp_path: Path) -> None:
    """An hour ahead when it was sent, right when it's looked for (and the other way round)."""
    own = Skewed(tmp_path, 3600)
    async with open_house(tmp_path, CLOCK_OFFSET_FILE=str(own.file)) as house:
        rina = await ready(house)
        to_boss(house, "reset", when="after")
        assert (await rina.submit()).action == "update"
        await until(lambda: state(tmp_path) == "checking")
        own.ahead = 0
        await own.until_sent(house, tmp_path)
        assert notices(house) == 1


async def test_the_difference_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    own = Skewed(tmp_path, -150)
    async with open_house(tmp_path, CLOCK_OFFSET_FILE=str(own.file)) as house:
        await ready(house)
        said = [r.__dict__["seconds_ahead"] for r in caplog.records if "clock and slack's" in r.message]
    assert len(said) == 1
    assert said[0] == pytest.approx(-150, abs=3)


@pytest.mark.parametrize(
    ("ahead", "words"), [(0, "agree"), (150, "150 seconds ahead"), (-90, "90 seconds behind")]
)
async def test_check_says_it(tmp_path: Path, ahead: float, words: str) -> None:
    own = Skewed(tmp_path, ahead)
    async with open_house(tmp_path) as house:
        env = environment(house.slack, tmp_path, "socket", 3000, CLOCK_OFFSET_FILE=str(own.file))
        said = await run(tmp_path, "check", env=env)
    assert words in said.out.replace("151", "150").replace("149", "150").replace("91", "90").replace(
        "89", "90"
    )
    assert said.code == (1 if ahead else 0)
