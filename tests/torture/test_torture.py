"""Every crash point once, each in a whole bot of its own; then nothing is lost and nothing is doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.points import POINTS, Plan
from tests.torture.rig import Rig, rigged
from tests.torture.verdict import judge

PATIENT = 20.0  # seconds in which a point is reached on a busy machine


def incident(rig: Rig) -> None:
    """People whom the bot does not know yet, and a channel it has not looked at."""
    fresh = [rig._person(f"fresh{len(rig.author.written)}x{n}") for n in range(4)]
    rig.author.write(fresh[:1], fresh[1:], [rig._channel("fresh")])


async def bring_about(rig: Rig, point: str) -> None:
    """See to it that the bot's next life comes by this point."""
    faults, what = rig.slack.faults, point.split(":")[0]
    incident(rig)
    if what == "outcome.again":
        faults.add(kind="429", method="chat.postMessage")
    elif what == "outcome.check":
        faults.add(kind="reset", method="chat.postMessage", when="after")
    elif what == "outcome.ended":
        faults.add(kind="error:is_archived", method="chat.postMessage")
    elif what in ("outcome.not_found", "find"):
        faults.add(kind="reset", method="chat.postMessage", when="before", times=3)
        await rig.life(Plan("outcome.check:after", 3), PATIENT)
        rig.jump(17.0)
    elif point == "claim.claim:insert":
        rig.jump(960.0)  # the first reminder to the boss, whose claim plans the second


@pytest.mark.parametrize("half", [0, 1])
async def test_dying_at_every_point_loses_and_doubles_nothing(tmp_path: Path, half: int) -> None:
    points = POINTS[half::2]
    async with rigged(tmp_path, seed=1) as rig:
        for point in points:
            await bring_about(rig, point)
            await rig.life(Plan(point), PATIENT)
            rig.slack.faults.rules.clear()
            rig.jump(3.0)
        assert {point for point in points if not rig.kills[point]} == set()
        await rig.drain()
        verdict = judge(rig.database, rig.slack, rig.author.written, rig.policy, rig.hidden)
    assert verdict.good, verdict
    assert verdict.messages > len(points)
    assert set(verdict.shown) <= {f"blocked {kind}" for kind in ("rcard", "notice", "card")}


async def test_a_bot_frozen_past_its_lease_sends_nothing_late(tmp_path: Path) -> None:
    async with rigged(tmp_path, seed=1) as rig:
        incident(rig)
        await rig.freeze("claim.claim:after")
        assert rig.frozen.total() == 1
        await rig.drain()
        verdict = judge(rig.database, rig.slack, rig.author.written, rig.policy, rig.hidden)
    assert verdict.good, verdict
    assert verdict.messages >= 3


async def test_clocks_that_differ_in_each_life_lose_and_double_nothing(tmp_path: Path) -> None:
    """Sent, and not written down; the next life's clock is up to ten minutes from that one's."""
    async with rigged(tmp_path, seed=3, skew=300.0) as rig:
        for point in (
            "post:after",
            "outcome.sent:before",
            "outcome.sent:inside",
            "find:before",
            "post:after",
        ):
            incident(rig)
            if point == "find:before":
                rig.slack.faults.add(kind="reset", method="chat.postMessage", when="after", times=3)
            await rig.life(Plan(point), PATIENT)
            rig.jump(17.0)
        await rig.drain()
        verdict = judge(rig.database, rig.slack, rig.author.written, rig.policy, rig.hidden)
    assert verdict.good, verdict


async def test_without_history_only_what_may_be_repeated_is(tmp_path: Path) -> None:
    async with rigged(tmp_path, seed=1, unreadable=1.0) as rig:
        for _ in range(6):
            rig.author.write(rig.reporters, rig.bosses, rig.channels)
            await rig.life(Plan("post:after", 2), PATIENT)
            rig.jump(80.0)
        await rig.drain()
        verdict = judge(rig.database, rig.slack, rig.author.written, rig.policy, rig.hidden)
    assert verdict.good, verdict
    assert verdict.doubled_unreadable.total() + verdict.shown.total() > 0
