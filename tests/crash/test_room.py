"""Killed while a room is being made: what Slack has done already is found, and there is never a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.playground.driver import Member
from bot.playground.workspace import Channel
from tests.crash.rig import Rig, rigged, until
from tests.crash.test_between import LEASE, SETTLE
from tests.edge.acts import SAID, rows
from tests.flows.test_stepper import walk_on


def made(rig: Rig) -> list[Channel]:
    return [c for c in rig.slack.workspace.channels.values() if c.creator == rig.slack.core.bot.id]


async def asked_for(rig: Rig) -> Member:
    """The boss was told, and the page for the team asks for a channel with Rina and Zoë in it."""
    rina = rig.slack.person("reporter")
    rig.slack.expect("dispatch_failed", "name_taken", "already_in_channel")
    await rina.command("/screwedup", SAID)
    await rina.wait_modal()
    await walk_on(rina, "hub")
    await until(lambda: rina.dm)
    await rina.fill("other", "team:")
    await rina.submit()
    await rina.fill("where", "new")
    await rina.fill("members", [rina.id, rig.slack.person("t1").id])
    assert (await rina.submit()).errors == {}
    return rina


async def passing(rig: Rig, condition: Callable[[], object]) -> None:
    """Time passes, some twenty times as fast as it does, until that holds: leases are long, calls short."""

    def holds() -> object:
        rig.slack.clock.advance(0.5)
        return condition()

    await until(holds)


async def whole(rig: Rig) -> None:
    """Leases and waits pass until there is one room, both are in it, and its one card."""
    bot, rina, zoe = rig.slack.core.bot.id, rig.slack.person("reporter").id, rig.slack.person("t1").id

    def ready() -> bool:
        rooms = made(rig)
        cards = [m for room in rooms for m in room.messages.values() if m.bot_id]
        return len(cards) == 1 and rooms[0].members == {bot, rina, zoe}

    await passing(rig, ready)
    assert len(made(rig)) == 1
    known = rows(rig.folder, "SELECT state FROM posts WHERE kind IN ('room', 'invite', 'card')")
    assert len(known) == 4
    assert len(rows(rig.folder, "SELECT 1 FROM events WHERE what = 'team'")) == 2  # asked for, and there


async def test_killed_between_making_it_and_recording_that(tmp_path: Path) -> None:
    async with rigged(tmp_path) as rig:
        rig.slack.faults.add(method="conversations.create", kind="latency:30")
        await asked_for(rig)
        await until(lambda: made(rig))
        await rig.kill()
        assert rig.posts("room") == [("sending", 1)]
        await rig.start()
        rig.slack.clock.advance(LEASE)
        await until(lambda: rig.posts("room")[0][0] != "sending")
        rig.slack.clock.advance(SETTLE)
        await whole(rig)


async def test_killed_before_slack_had_heard_of_it(tmp_path: Path) -> None:
    async with rigged(tmp_path) as rig:
        rig.slack.faults.add(method="conversations.create", kind="timeout")
        await asked_for(rig)
        await until(lambda: rig.posts("room") == [("sending", 1)])
        await rig.restart()
        assert made(rig) == []
        await whole(rig)


async def test_killed_between_an_invitation_and_its_record(tmp_path: Path) -> None:
    async with rigged(tmp_path) as rig:
        rig.slack.faults.add(method="conversations.invite", kind="latency:30", times=2)
        await asked_for(rig)
        await until(lambda: made(rig) and len(made(rig)[0].members) == 3)
        await rig.restart()
        await whole(rig)
        await passing(rig, lambda: rig.posts("invite") == [("sent", 2), ("sent", 2)])


async def test_every_answer_goes_wrong_once_and_there_is_one_room(tmp_path: Path) -> None:
    """Done and not said, said and not done, refused for the moment: for making and for inviting."""
    async with rigged(tmp_path) as rig:
        faults = (("429", "before"), ("500", "after"), ("reset", "before"), ("truncated", "after"))
        for method in ("conversations.create", "conversations.invite", "conversations.list"):
            for kind, when in faults:
                rig.slack.faults.add(method=method, kind=kind, when=when)
        await asked_for(rig)
        await whole(rig)
