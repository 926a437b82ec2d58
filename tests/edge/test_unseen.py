"""What no one can see counts for nothing at any door, and hides no command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edge.acts import rows, to_page
from tests.edge.test_input import next_with
from tests.flows.test_reply_kinds import passed_on, told, write
from tests.house import House


async def test_a_reply_of_nothing_is_none(house: House, tmp_path: Path) -> None:
    await told(house)
    for nothing in ("\u200b", "\u3164 \u2800", "\u202e"):
        await write(house, nothing)
    await house.bot.drain()
    assert passed_on(house) == []
    assert "Seen by" not in house.reporter.dm[0].text


@pytest.mark.parametrize(
    "typed",
    [
        "\u200bhelp",
        "“help”",
        "help\u2060",
        "`help`",
        "‘HELP’.",
        "«help»",
        "ｈｅｌｐ",
        "*help*",
        "/help",
        "he\u200blp?",
    ],
)
async def test_a_dressed_up_command_is_the_command(house: House, tmp_path: Path, typed: str) -> None:
    answer = (await house.reporter.command("/screwedup", typed)).ephemerals[0]
    assert "practice" in answer.text
    assert rows(tmp_path, "SELECT * FROM incidents") == []


async def test_a_status_with_its_id_is_found_however_it_is_dressed(house: House, tmp_path: Path) -> None:
    await to_page(house, "open")
    ((key,),) = rows(tmp_path, "SELECT id FROM incidents")
    for typed in (f"“status {key}”", f"status\u200b inc-{key}.", f"Status: #{key}", f"status\xa0<{key}>"):
        answer = (await house.reporter.command("/screwedup", typed)).ephemerals[0]
        assert "Not described yet" in answer.text, typed
    assert len(rows(tmp_path, "SELECT id FROM incidents")) == 1


@pytest.mark.parametrize("typed", ["\u200b", "\u2060\u3164", "\u2800\ufe0f", "\u202e \u00ad"])
async def test_an_answer_no_one_can_see_is_none(house: House, tmp_path: Path, typed: str) -> None:
    await to_page(house, "open")
    errors = await next_with(house, "summary", typed)
    assert "summary" in errors


@pytest.mark.parametrize("typed", ["\u200b", " \u3164 "])
async def test_a_reason_no_one_can_see_is_none(house: House, tmp_path: Path, typed: str) -> None:
    rina = house.reporter
    await house.monday_morning()
    await to_page(house, "tell")
    await house.slack.wait(lambda: rina.dm)
    await house.later(hours=4)
    await house.slack.wait(lambda: any("leave_out" in str(m.blocks) for m in rina.dm), timeout=10)
    message = next(m for m in rina.dm if "leave_out" in str(m.blocks))
    await rina.click(message, "leave_out")
    await rina.wait_modal(where=lambda view: view["callback_id"] == "reason")
    await rina.fill("reason", typed)
    result = await rina.submit()
    assert list(result.errors) == ["reason"]
    assert rows(tmp_path, "SELECT * FROM events WHERE what = 'skipped'") == []
    await rina.fill("reason", "It's\u202e done")
    assert (await rina.submit()).errors == {}
    ((data,),) = rows(tmp_path, "SELECT data FROM events WHERE what = 'skipped'")
    assert "It's done" in data
