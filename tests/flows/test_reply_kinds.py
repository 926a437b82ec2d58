"""A reply is a reply however it is written: with a file, to the conversation too, or about oneself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.playground.delivery import EVENT
from tests.edge.acts import deliver, rows, to_page
from tests.flows.test_replies import in_doubt
from tests.house import House

FILE = {"subtype": "file_share", "files": [{"id": "F000PLAN", "name": "plan.pdf"}]}
COUNT = "SELECT COUNT(*) FROM posts WHERE kind = 'passed_on'"


async def told(house: House) -> None:
    await to_page(house, "hub")
    await house.slack.wait(lambda: house.boss.dm and "Sent to" in house.reporter.dm[0].text)


async def write(house: House, text: str, **more: Any) -> None:  # noqa: ANN401 - what an event may hold
    """The event of a message of the boss's in the conversation with the bot, of whatever kind."""
    bert, ts = house.boss, house.slack.clock.ts()
    event = {"type": "message", "channel_type": "im", "channel": bert.dm[0].channel, "user": bert.id}
    event |= {"text": text, "ts": ts, "event_ts": ts, **more}
    assert (await deliver(house, house.slack.core._envelope(event, None), EVENT)).ok


def passed_on(house: House) -> list[str]:
    return [message.text for message in house.reporter.dm if "wrote back" in message.text]


@pytest.mark.parametrize("in_thread", [False, True])
@pytest.mark.parametrize("kind", [FILE, {"subtype": "me_message"}, {"subtype": "thread_broadcast"}])
async def test_every_kind_of_reply_is_seen_and_passed_on(
    house: House, kind: dict[str, Any], in_thread: bool
) -> None:
    await told(house)
    thread = {"thread_ts": house.boss.dm[0].ts} if in_thread else {}
    await write(house, "Call them now, I am on my way", **kind, **thread)
    await house.slack.wait(lambda: passed_on(house) and "Seen by Bert" in house.reporter.dm[0].text)
    (said,) = passed_on(house)
    assert "Call them now, I am on my way" in said
    assert ("attached" in said) is ("files" in kind)


async def test_a_file_alone_is_a_reply_too(house: House) -> None:
    await told(house)
    await write(house, "", **FILE)
    await house.slack.wait(lambda: passed_on(house))
    assert "Something is attached. It is in their conversation with me" in passed_on(house)[0]


async def test_a_forwarded_message_is_a_reply_and_a_links_preview_no_part_of_it(house: House) -> None:
    await told(house)
    forwarded = [{"is_share": True, "text": "Refund them", "author_name": "Lee"}]
    await write(house, "See a.b", attachments=[{"from_url": "https://a.b", "is_msg_unfurl": True}])
    await write(house, "", attachments=forwarded)
    await write(house, "As Lee says", attachments=forwarded)
    await house.slack.wait(lambda: len(passed_on(house)) == 3)
    preview, alone, beside = passed_on(house)
    assert "Something is attached" not in preview
    assert "Something is attached" in alone
    assert "As Lee says\n(Something is attached" in beside


async def test_what_a_person_has_not_just_written_is_none(house: House, tmp_path: Path) -> None:
    await told(house)
    await write(house, "")
    await write(house, "  \n", subtype="me_message")
    await write(house, "edited", subtype="message_changed", message={"text": "edited"})
    await write(house, "topic", subtype="channel_topic")
    await write(house, "", **FILE, bot_id="B000SCREWED")
    await write(house, "", **{**FILE, "user": house.slack.core.bot.id})
    await write(house, "a group's", **FILE, channel_type="mpim")
    await house.bot.drain()
    assert rows(tmp_path, COUNT) == [(0,)]
    assert "Seen by" not in house.reporter.dm[0].text


async def test_a_broadcast_names_its_head_otherwise(house: House, tmp_path: Path) -> None:
    """The notice is in doubt; that the thread is the bot's stands in `root`, and nowhere else."""
    notice = await in_doubt(house, tmp_path)
    root = {"user": house.slack.core.bot.id, "ts": notice.ts}
    await write(house, "I have it.", subtype="thread_broadcast", thread_ts=notice.ts, root=root)
    await house.slack.wait(lambda: "Seen by Bert" in house.reporter.dm[0].text, timeout=10)
