"""kill -9 at any page and between any two keystrokes, then a restart (reliability.md F8, F34)."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from bot.playground.driver import Member
from tests.crash.rig import THOROUGH, Rig, rigged, share, until
from tests.edge.acts import NEEDED, SAID, stage_of, text_of, values_of
from tests.flows.test_stepper import walk_on

KILLS = int(os.environ.get("KILLS", "2"))  # per transport; `make crash KILLS=200` for a long night
WORDS = "The invoice of client A went to client B and nobody noticed until Friday"


@pytest.fixture(params=share(["socket", "http"], 2))
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def resumed(rig: Rig, who: Member) -> dict[str, object]:
    """A fresh window by the command alone."""
    while who.stack:
        await who.close_modal(clear=True)
    assert (await who.command("/screwedup")).ok
    return await who.wait_modal()


async def test_a_kill_between_any_two_keystrokes_loses_nothing(tmp_path: Path, transport: str) -> None:
    """Type, kill after a random acknowledged keystroke, restart: same page, same text."""
    dice = random.Random(7)  # noqa: S311 - a reproducible choice
    async with rigged(tmp_path, transport) as rig:
        rig.slack.expect("dispatch_failed", "operation_timeout")
        rina = rig.slack.person("reporter")
        await rina.command("/screwedup", SAID)
        await rina.wait_modal()
        await walk_on(rina, "assess")
        for _ in range(KILLS):
            end = dice.randrange(1, len(WORDS))
            for at in range(max(end - 4, 1), end + 1):
                delivery = await rina.fill("q1_mistake", WORDS[:at])
                assert delivery is not None
                assert delivery.ok
            await rig.restart()
            view = await resumed(rig, rina)
            assert stage_of(view) == "assess"
            assert values_of(view)["q1_mistake"] == WORDS[:end]


async def test_a_kill_on_any_page_comes_back_to_that_page(tmp_path: Path) -> None:
    """After each Next: the window that is open goes on working, and the command leads to the same page."""
    async with rigged(tmp_path) as rig:
        rig.slack.expect("dispatch_failed", "operation_timeout")
        rina = rig.slack.person("reporter")
        await rina.command("/screwedup", SAID)
        await rina.wait_modal()
        seen = []
        while (here := stage_of(rina.modal)) != "hub":
            seen.append(here)
            if THOROUGH or here in ("assess", "send"):
                await rig.restart()
            for key, value in NEEDED.get(here, {}).items():
                await rina.fill(key, value)
            assert (await rina.submit()).action == "update", here
        await rig.restart()
        assert stage_of(await resumed(rig, rina)) == "hub"
        assert {"open", "assess", "tell", "send"} <= set(seen)
        bert = rig.slack.person("boss")

        def sent() -> bool:
            return bool(bert.dm and rina.dm and "Sent to" in rina.dm[0].text)

        await until(lambda: sent() or rig.slack.clock.advance(0.5))  # what the dead one held is free in time
        assert len([m for m in bert.dm if "Hello Bert" in m.text]) == 1


async def test_a_kill_at_any_moment_while_many_type(tmp_path: Path) -> None:
    """Whatever was acknowledged before the kill is there after it; what was not may be, or not."""
    dice = random.Random(11)  # noqa: S311 - a reproducible choice
    async with rigged(tmp_path) as rig:
        rig.slack.expect("dispatch_failed", "operation_timeout", "expired_trigger_id")
        people = [rig.slack.person(key) for key in ("reporter", "t1", "t2", "t3")]
        for who in people:
            await who.command("/screwedup", f"{SAID}, says {who.id}")
            await who.wait_modal()
        kept = {who.id: "" for who in people}
        for _ in range(KILLS):
            for turn in range(dice.randrange(3, 12)):
                who = dice.choice(people)
                text = f"{who.id} wrote this at turn {turn}"
                delivery = await who.fill("summary", text)
                assert delivery is not None
                if delivery.ok:
                    kept[who.id] = text
            await rig.restart()
            for who in people:
                view = await resumed(rig, who)
                assert values_of(view)["summary"] == kept[who.id] or not kept[who.id]
                assert who.id in text_of(view)


async def test_a_polite_end_finishes_what_was_begun(tmp_path: Path) -> None:
    """SIGTERM while a window is being opened by a slow Slack: it opens (F35)."""
    async with rigged(tmp_path) as rig:
        rig.slack.expect("dispatch_failed")
        rina = rig.slack.person("reporter")
        rig.slack.faults.add(method="views.open", kind="latency:0.5")
        assert (await rina.command("/screwedup", SAID)).ok
        await rig.kill(signal.SIGTERM)
        assert rig.process is not None
        assert rig.process.returncode == 0
        assert stage_of(rina.modal) == "open"
