"""A typed reply is Seen and reaches the reporter word for word: from any rung, and however early."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.workspace import Message
from tests.crash.rig import jump, until
from tests.edge.acts import rows, to_page
from tests.house import House

WORDS = "Thank you for telling me. I am calling them <now> & will be back at 3."


async def test_a_reply_of_the_deputy_counts_as_one_of_the_boss_does(house: House) -> None:
    house.monday_morning()
    await to_page(house, "hub")
    rina, dana = house.reporter, house.deputy
    for rung in (house.boss, dana):
        await house.slack.wait(lambda who=rung: who.dm, timeout=10)
        house.later(minutes=121)
    await dana.say(dana.dm[0].channel, WORDS)
    await house.slack.wait(
        lambda: any(
            WORDS in m.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for m in rina.dm
        )
    )
    await house.slack.wait(lambda: "Seen by Dana" in rina.dm[0].text)


async def test_a_reply_in_the_notices_thread_counts_too(house: House) -> None:
    await to_page(house, "hub")
    rina, bert = house.reporter, house.boss
    await house.slack.wait(lambda: bert.dm and "Sent to" in rina.dm[0].text)
    await bert.say(bert.dm[0].channel, "On it.", thread_ts=bert.dm[0].ts)
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text)


async def test_a_reply_before_we_know_that_the_notice_arrived_is_delivered_again(
    house: House, tmp_path: Path
) -> None:
    """Slack took the notice and its answer got lost; the boss replies at once. Slack comes back with it."""
    rina, bert = house.reporter, house.boss
    house.slack.expect("http_service_error", "operation_timeout")
    house.slack.retry_events, house.slack.retry_delays = True, (0.0, 1.0, 2.0)
    house.slack.ack_timeout = 1.0
    await to_page(house, "send")
    await house.slack.wait(lambda: rina.dm)
    channel = house.slack.core.dm(bert.id).id
    house.slack.faults.add(method="chat.postMessage", kind="reset", when="after", channel=channel)
    assert (await rina.submit()).action == "update"
    await house.slack.wait(lambda: bert.dm)
    await bert.say(channel, "I have seen it.")
    await house.slack.wait(lambda: any(d.retry_num for d in house.slack.deliveries))
    await jump(house, 20)
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text, timeout=10)
    assert any("I have seen it." in message.text for message in rina.dm)
    assert rows(tmp_path, "SELECT COUNT(*) FROM posts WHERE kind = 'passed_on'") == [(1,)]
    await house.slack.settle()


async def in_doubt(house: House, folder: Path) -> Message:
    """The notice arrived, its answer got lost, and the history cannot be read: R is asked."""
    await to_page(house, "send")
    rina, bert = house.reporter, house.boss
    await house.slack.wait(lambda: rina.dm)
    channel = house.slack.core.dm(bert.id).id
    faults = house.slack.faults
    faults.add(method="chat.postMessage", kind="reset", when="after", channel=channel)
    faults.add(method="conversations.history", kind="error:missing_scope", channel=channel, times=None)
    house.slack.expect("missing_scope")
    await rina.submit()
    await until(lambda: rows(folder, "SELECT state FROM posts WHERE kind = 'notice'") == [("checking",)])
    await jump(house, 20)
    await house.slack.wait(lambda: "I can't tell whether" in rina.dm[0].text, timeout=10)
    return bert.dm[0]


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_reply_to_a_notice_in_doubt_is_passed_on_and_says_that_it_is_there(
    house: House, tmp_path: Path, in_thread: bool
) -> None:
    notice = await in_doubt(house, tmp_path)
    rina, bert = house.reporter, house.boss
    await bert.say(notice.channel, "I have it.", thread_ts=notice.ts if in_thread else None)
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text, timeout=10)
    assert "Sent to" in rina.dm[0].text
    await house.slack.wait(lambda: any("I have it." in message.text for message in rina.dm), timeout=10)


async def test_a_reaction_to_a_notice_in_doubt_counts_and_can_be_taken_back(
    house: House, tmp_path: Path
) -> None:
    notice = await in_doubt(house, tmp_path)
    rina, bert = house.reporter, house.boss
    await bert.react(notice, "eyes")
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text, timeout=10)
    await bert.unreact(notice, "eyes")
    await house.slack.wait(lambda: "Seen by" not in rina.dm[0].text, timeout=10)
    assert "Sent to" in rina.dm[0].text


async def test_a_reaction_to_ones_own_words_says_nothing_about_a_notice_in_doubt(
    house: House, tmp_path: Path
) -> None:
    notice = await in_doubt(house, tmp_path)
    own = Message(house.slack.clock.ts(), notice.channel, house.boss.id, "a note to myself")
    house.slack.workspace.channels[notice.channel].add(own)
    await house.boss.react(own, "eyes")
    await house.slack.settle()
    assert "I can't tell whether" in house.reporter.dm[0].text
