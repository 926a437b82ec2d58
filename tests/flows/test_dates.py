"""A time that Slack gives and doesn't take back: refused in its field, and the page still opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edge.acts import NEEDED, rows, stage_of, text_of, to_page
from tests.flows.test_texts import to_call
from tests.house import House

OUT_OF_REACH = (-86_400, 999_999_999, 10_000_000_000, 253_402_300_799)


@pytest.fixture
def transport() -> str:
    return "socket"


@pytest.mark.parametrize("picked", OUT_OF_REACH)
async def test_when_it_happened_is_refused_and_the_page_opens_again(
    house: House, tmp_path: Path, picked: int
) -> None:
    rina = house.reporter
    await to_page(house, "open")
    for key, value in NEEDED["open"].items():
        await rina.fill(key, value)
    await rina.fill("happened_at", picked)
    result = await rina.submit()
    assert list(result.errors) == ["happened_at"]
    assert "calendar" in result.errors["happened_at"]
    await rina.close_modal()
    await rina.shortcut("screwedup_global")
    view = await rina.wait_modal()
    assert stage_of(view) == "open"
    assert str(picked) not in text_of(view)
    assert '"reach": "one"' in rows(tmp_path, "SELECT \"values\" FROM drafts WHERE stage = 'open'")[0][0]
    assert (await rina.submit()).action == "update"


async def test_a_promise_in_a_year_that_nobody_sees_is_refused_and_the_last_one_taken(house: House) -> None:
    """The furthest time that Slack's calendar holds can be planned with, and at once."""
    rina = await to_call(house)
    await rina.fill("result", "reached")
    await rina.fill("promised_next", 253_402_300_799)
    assert list((await rina.submit()).errors) == ["promised_next"]
    await rina.fill("promised_next", 9_999_999_999)
    assert (await rina.submit()).action == "update"


async def test_a_page_that_an_older_release_saved_such_a_time_on_still_opens(
    house: House, tmp_path: Path
) -> None:
    rina = house.reporter
    await to_page(house, "own")

    def old(connection: object) -> None:
        connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE pages SET answers = json_set(answers, '$.happened_at', '1969-12-31T10:00:00+00:00')"
            " WHERE stage = 'open'"
        )

    house.bot.database.transact(old)
    await rina.press("back")
    await rina.wait_modal(where=lambda view: stage_of(view) == "open")
    assert "initial_date_time" not in text_of(rina.modal)
    assert (await rina.submit()).action == "update"
