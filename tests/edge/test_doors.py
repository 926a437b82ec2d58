"""When Slack does not open a window: [Continue] where the person looks, and nothing they typed is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web

from bot.playground import payloads
from bot.playground.delivery import COMMAND
from tests.edge.acts import SAID, deliver, rows, stage_of, text_of, values_of
from tests.house import House

REFUSALS = (
    "expired_trigger_id",
    "trigger_expired",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "fatal_error",
)


async def by_continue(house: House) -> None:
    """Press the [Continue] that only the reporter sees; the page must hold what the command said."""
    rina = house.reporter
    await house.slack.wait(lambda: rina.ephemerals)
    assert "kept" in rina.ephemerals[-1].text
    house.slack.faults.clear()
    await rina.click(rina.ephemerals[-1], "open")
    view = await rina.wait_modal()
    assert values_of(view)["summary"] == SAID


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_refused_window_becomes_a_button_beside_the_command(house: House, refusal: str) -> None:
    house.slack.faults.add(method="views.open", kind=f"error:{refusal}")
    await house.reporter.command("/screwedup", SAID)
    await by_continue(house)


@pytest.mark.parametrize("kind", ["500", "html", "truncated", "reset", "429"])
async def test_so_does_one_that_broke_on_the_way(house: House, kind: str) -> None:
    house.slack.faults.add(method="views.open", kind=kind)
    await house.reporter.command("/screwedup", SAID)
    await by_continue(house)


async def test_a_trigger_used_too_late_is_not_an_error(house: House) -> None:
    house.slack.expect("expired_trigger_id")
    house.slack.trigger_life = -1.0
    await house.reporter.command("/screwedup", SAID)
    await house.slack.wait(lambda: house.reporter.ephemerals)
    house.slack.trigger_life = 3.0
    await by_continue(house)


async def test_without_a_response_url_the_button_comes_by_direct_message(house: House) -> None:
    rina = house.reporter
    house.slack.faults.add(method="views.open", kind="error:expired_trigger_id")
    house.slack.faults.add(method="response_url", kind="500")
    await rina.command("/screwedup", SAID)
    await house.slack.wait(lambda: rina.dm)
    await rina.click(rina.dm[0], "open")
    assert values_of(await rina.wait_modal())["summary"] == SAID


async def test_a_shortcut_has_no_response_url_either(house: House) -> None:
    rina = house.reporter
    house.slack.faults.add(method="views.open", kind="error:expired_trigger_id")
    await rina.shortcut("screwedup_global")
    await house.slack.wait(lambda: rina.dm)
    await rina.click(rina.dm[0], "open")
    assert stage_of(await rina.wait_modal()) == "open"


async def test_an_answer_never_goes_to_a_foreign_address(house: House, tmp_path: Path) -> None:
    """A response_url that is not this Slack's own is not called, wherever it points (A6)."""
    heard: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response()

    trap = web.Application()
    trap.router.add_route("*", "/{anything:.*}", hear)
    runner = web.AppRunner(trap)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    rina = house.reporter
    house.slack.faults.add(method="views.open", kind="error:expired_trigger_id", times=None)
    try:
        for foreign in (
            f"http://127.0.0.1:{port}/hooks/T/1",
            f"http://localhost:{port}/x",
            f"{house.slack.url}@127.0.0.1:{port}/x",
        ):
            dm = house.slack.core.dm(rina.id)
            made = payloads.command(house.slack.core, rina.person, dm, "/screwedup", SAID)
            await deliver(house, made | {"response_url": foreign}, COMMAND)
        await house.bot.drain()
    finally:
        await runner.cleanup()
    assert heard == []
    await house.slack.wait(lambda: rina.dm)


async def test_typed_text_is_kept_before_anything_else(house: House, tmp_path: Path) -> None:
    """Even if no window and no message ever comes, the words are in the database when the ack leaves."""
    house.slack.faults.add(kind="error:fatal_error", times=None)
    await house.reporter.command("/screwedup", SAID)
    assert SAID in text_of({"rows": [list(r) for r in rows(tmp_path, 'SELECT "values" FROM drafts')]})
    house.slack.faults.clear()
