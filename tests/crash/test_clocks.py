"""Our clock and Slack's differ: what may have gone out is found all the same, and the difference is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.slack.client import SlackTime
from tests.cli.run import run
from tests.crash.rig import until
from tests.crash.test_faults import notices, ready, state, to_boss
from tests.edge.acts import deliver, go_back, rows, text_of, to_page, typing, values_of
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


async def reopened(house: House) -> dict[str, object]:
    """What's in the fields of the page after the window was closed."""
    await house.reporter.close_modal(clear=True)
    await house.reporter.command("/screwedup")
    return values_of(await house.reporter.wait_modal())


@pytest.mark.parametrize("ahead", SKEWS)
async def test_what_is_typed_after_next_was_refused_is_kept(tmp_path: Path, ahead: float) -> None:
    """Next comes with no time of Slack's, keystrokes do."""
    own = Skewed(tmp_path, ahead)
    async with open_house(tmp_path, CLOCK_OFFSET_FILE=str(own.file)) as house:
        rina = house.reporter
        await to_page(house, "assess")
        await rina.fill("q1_mistake", "\u3164")  # to Slack that's a text
        await rina.fill("undo", "partly")
        assert (await rina.submit()).action == "errors"
        await rina.fill("q1_mistake", "The invoice of client A went to client B")
        assert (await reopened(house))["q1_mistake"] == "The invoice of client A went to client B"


@pytest.mark.parametrize("ahead", SKEWS)
async def test_what_is_typed_on_where_the_answer_to_next_got_lost_is_kept(
    tmp_path: Path, ahead: float
) -> None:
    own = Skewed(tmp_path, ahead)
    async with open_house(tmp_path, CLOCK_OFFSET_FILE=str(own.file)) as house:
        rina = house.reporter
        await to_page(house, "assess")
        for key, value in {"q1_mistake": "It went to the wrong one", "undo": "partly"}.items():
            await rina.fill(key, value)
        late = typing(house, rina, "q1_mistake", "It went to the wr")
        own.passes(house, 10)
        stale = typing(house, rina, "q1_mistake", "It went to the wrong one, and on")
        assert (await rina.submit()).action == "update"
        await deliver(house, late)
        assert rows(tmp_path, "SELECT stage FROM drafts WHERE stage = 'assess'") == []
        own.passes(house, 10)
        stale["actions"][0]["action_ts"] = house.slack.clock.ts()
        await deliver(house, stale)
        assert values_of(await go_back(rina))["q1_mistake"] == "It went to the wrong one, and on"


@pytest.mark.parametrize("ahead", SKEWS)
async def test_who_saw_it_first_is_the_same_by_a_press_and_by_a_reaction(
    tmp_path: Path, ahead: float
) -> None:
    """A press carries no time that we take, a reaction Slack's."""
    own = Skewed(tmp_path, ahead)
    async with open_house(tmp_path, CLOCK_OFFSET_FILE=str(own.file)) as house:
        rina, bert = await ready(house), house.boss
        await rina.submit()
        await house.slack.wait(lambda: bert.dm)
        await bert.click(bert.dm[0], "notice.seen")
        own.passes(house, 10)
        await bert.react(bert.dm[0], "eyes")
        await house.slack.settle()
        ((pressed,), (reacted,)) = rows(tmp_path, "SELECT strftime('%s', at) FROM signals ORDER BY name")
        assert 5 < int(reacted) - int(pressed) < 15


@pytest.mark.parametrize("ahead", SKEWS)
async def test_a_reaction_on_what_nobody_could_look_for_says_that_it_is_there(
    tmp_path: Path, ahead: float
) -> None:
    own = Skewed(tmp_path, ahead)
    async with open_house(tmp_path, CLOCK_OFFSET_FILE=str(own.file)) as house:
        rina, bert = await ready(house), house.boss
        house.slack.scopes.discard("im:history")
        house.slack.expect("missing_scope")
        to_boss(house, "reset", when="after")
        await rina.submit()
        await until(lambda: state(tmp_path) == "checking")
        own.passes(house, 16)
        await until(lambda: state(tmp_path) == "uncertain")
        await bert.react(bert.dm[0], "eyes")
        await house.slack.settle()
        assert state(tmp_path) == "sent"


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


@pytest.mark.parametrize(
    "date",
    [
        "",
        "soon",
        "Tue, 31 Feb 2026 08:00:00 GMT",
        "Tue, 01 Dec 2026 25:00:00 GMT",
        "Tue, 01 Dec 99999 08:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_an_answer_with_an_odd_date_says_nothing_of_the_time(date: str) -> None:
    now = datetime(2026, 12, 1, 8, tzinfo=UTC)
    time = SlackTime(lambda: now, lambda: 7.0)
    time.hear({"Date": "Tue, 01 Dec 2026 07:00:00 GMT"})
    assert time.ahead() == 3599
    time.hear({"Date": date})
    assert time.ahead() == 3599


def test_what_whole_seconds_and_the_way_here_take_is_no_difference() -> None:
    """And times of two acts, one after the other, stay so: what's known of Slack's clock doesn't waver."""
    elapsed = [7.0]
    start = datetime(2026, 12, 1, 8, tzinfo=UTC)
    time = SlackTime(lambda: start + timedelta(seconds=elapsed[0]), lambda: elapsed[0])
    known = set()
    for late in (0.0, 0.4, 0.99, 0.2):
        elapsed[0] += 10 + late
        said = start + timedelta(seconds=elapsed[0] - 300 - late)
        time.hear({"Date": format_datetime(said.replace(microsecond=0), usegmt=True)})
        known.add(round(time.ahead(), 6))
    assert len(known) == 1
    assert known.pop() == pytest.approx(300, abs=1)
    time.hear({"Date": format_datetime(start + timedelta(seconds=elapsed[0]), usegmt=True)})
    assert time.ahead() == 0.0


def test_a_machine_that_slept_is_not_ahead_of_slack() -> None:
    """Elapsed time stands still meanwhile, the clock doesn't."""
    now = [datetime(2026, 12, 1, 8, tzinfo=UTC)]
    time = SlackTime(lambda: now[0], lambda: 7.0)
    time.hear({"Date": "Tue, 01 Dec 2026 08:00:00 GMT"})
    now[0] += timedelta(minutes=5)
    assert time.ahead() == 0.0
    time.hear({"Date": "Tue, 01 Dec 2026 08:05:00 GMT"})
    assert time.ahead() == 0.0
    now[0] += timedelta(minutes=5)  # and now it was set
    time.hear({"Date": "Tue, 01 Dec 2026 08:05:01 GMT"})
    assert 298 <= time.ahead() <= 300
