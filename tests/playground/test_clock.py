"""The clock that can be moved, and the bells that spare everybody the polling."""

import asyncio
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.playground.changes import Changes
from bot.playground.clock import Clock
from bot.playground.server import LocalSlack
from bot.playground.workspace import Channel, Message


def test_the_offset_is_written_for_the_app(tmp_path: Path) -> None:
    clock = Clock()
    clock.advance(60)
    clock.file = tmp_path / "offset"
    assert float(clock.file.read_text()) == 60.0
    clock.advance(900)
    assert float(clock.file.read_text()) == 960.0
    assert [path.name for path in tmp_path.iterdir()] == ["offset"]


def test_next_morning_lies_ahead_and_is_local() -> None:
    clock = Clock()
    before = clock.now()
    clock.next_morning("Asia/Kolkata")
    local = clock.now().astimezone(ZoneInfo("Asia/Kolkata"))
    seconds_past_nine = (local - local.replace(hour=9, minute=0, second=0, microsecond=0)).total_seconds()
    assert 0 <= seconds_past_nine < 5
    assert timedelta(0) < clock.now() - before <= timedelta(days=1, seconds=5)


def test_timestamps_only_grow_and_never_repeat() -> None:
    clock = Clock()
    stamps = [clock.ts() for _ in range(2000)]
    clock.advance(-3600)
    stamps += [clock.ts() for _ in range(2000)]
    assert stamps == sorted(set(stamps))


async def test_a_jump_dates_what_comes_after(slack: LocalSlack) -> None:
    slack.expect("dispatch_failed")
    rina = slack.person("reporter")
    first = await rina.say("C000ROOM1", "now")
    slack.clock.advance(3600)
    second = await rina.say("C000ROOM1", "an hour later")
    assert 3600 <= float(second.ts) - float(first.ts) < 3605
    newest = slack.workspace.channels["C000ROOM1"].newest_first()
    assert [message.text for message in newest] == ["an hour later", "now"]


def test_a_channel_finds_its_messages_by_time() -> None:
    channel = Channel("C1", "room", "public")
    for ts in ("1.0", "2.0", "3.0", "4.0", "5.0"):
        channel.add(Message(ts, "C1", "U1", ts))
    assert [message.ts for message in channel.newest_first(after="2.0", before="5.0")] == ["4.0", "3.0"]
    channel.messages["3.0"].deleted = True
    assert [message.ts for message in channel.newest_first()] == ["5.0", "4.0", "2.0", "1.0"]


async def test_what_is_not_there_yet_is_waited_for() -> None:
    changes, messages = Changes(), []
    waiting = asyncio.create_task(changes.wait(lambda: "Sent" in messages[0], 1.0))
    await asyncio.sleep(0)
    messages.append("Sent to Bert")
    changes.notify()
    await waiting


async def test_waiting_ends_with_the_change_not_with_a_poll() -> None:
    changes, seen = Changes(), []
    end = changes.subscribe(lambda: seen.append("rang"))
    waiting = asyncio.create_task(changes.wait(lambda: len(seen) >= 2, 1.0))
    other = asyncio.create_task(changes.wait(lambda: "never", 1.0, topic="U1"))
    await asyncio.sleep(0)
    changes.notify()
    await asyncio.sleep(0)
    assert not waiting.done()
    changes.notify("U2")
    await waiting
    await other
    end()
    changes.notify()
    assert seen == ["rang", "rang"]
    with pytest.raises(TimeoutError):
        await changes.wait(lambda: False, 0.01)
