"""A typed reply is Seen and reaches the reporter word for word: from any rung, and however early."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.guide import keeping
from bot.playground import payloads
from bot.playground.workspace import Message
from tests.crash.rig import jump, until
from tests.edge.acts import SAID, deliver, rows, to_page
from tests.house import House

WORDS = "Thank you for telling me. I am calling them <now> & will be back at 3."


async def test_a_reply_of_the_deputy_counts_as_one_of_the_boss_does(house: House) -> None:
    await house.monday_morning()
    await to_page(house, "hub")
    rina, dana = house.reporter, house.deputy
    for rung in (house.boss, dana):
        await house.slack.wait(lambda who=rung: who.dm, timeout=10)
        await house.later(minutes=121)
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
    await house.slack.wait(lambda: any("I have seen it." in message.text for message in rina.dm))
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


async def two_notices(house: House, folder: Path) -> tuple[Message, Message]:
    """Rina and Zoë have each told Bert of something; he has answered neither."""
    bert = house.boss
    await to_page(house, "hub")
    await house.slack.wait(lambda: len(bert.dm) == 1)
    await to_page(house, "hub", house.t1, "I printed last year's price list")
    await house.slack.wait(lambda: len(bert.dm) == 2)
    await until(lambda: rows(folder, "SELECT state FROM posts WHERE kind = 'notice'") == [("sent",)] * 2)
    return bert.dm[0], bert.dm[1]


async def test_with_two_open_a_reply_goes_to_nobody_before_he_has_said_whose_it_is(
    house: House, tmp_path: Path
) -> None:
    first, _ = await two_notices(house, tmp_path)
    rina, zoe, bert = house.reporter, house.t1, house.boss
    await bert.say(first.channel, WORDS)
    await house.slack.wait(lambda: "Whose is it for?" in bert.dm[-1].text)
    question = bert.dm[-1]
    assert SAID not in question.text
    assert "price list" not in question.text
    assert rows(tmp_path, "SELECT COUNT(*) FROM posts WHERE kind = 'passed_on'") == [(0,)]
    assert rows(tmp_path, "SELECT COUNT(*) FROM signals") == [(0,)]
    notice = rows(tmp_path, "SELECT id FROM posts WHERE kind = 'notice' AND sent_ts = ?", first.ts)[0][0]
    for _ in range(2):
        await bert.click(question, f"which.{notice}")
    await house.slack.wait(lambda: any("I am calling them" in m.text for m in rina.dm))
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text)
    assert "on its way to Rina Okafor" in bert.ephemerals[-1].text
    assert "Seen by" not in zoe.dm[0].text
    assert rows(tmp_path, "SELECT COUNT(*) FROM posts WHERE kind = 'passed_on'") == [(1,)]


async def test_whoever_presses_a_second_name_is_told_that_it_has_gone_to_the_first(
    house: House, tmp_path: Path
) -> None:
    """It goes out once: the other one has not got it, and nobody says so."""
    notices = await two_notices(house, tmp_path)
    bert, zoe = house.boss, house.t1
    await bert.say(notices[0].channel, "Please stop the printing.")
    await house.slack.wait(lambda: "Whose is it for?" in bert.dm[-1].text)
    question = bert.dm[-1]
    for notice in notices:
        query = "SELECT id FROM posts WHERE kind = 'notice' AND sent_ts = ?"
        await bert.click(question, f"which.{rows(tmp_path, query, notice.ts)[0][0]}")
        await house.bot.drain()
    assert "passed this on to Rina Okafor already" in bert.ephemerals[-1].text
    assert "For Zoë" in bert.ephemerals[-1].text
    assert "on its way" not in bert.ephemerals[-1].text
    await house.slack.wait(lambda: any("stop the printing" in m.text for m in house.reporter.dm))
    assert not any("stop the printing" in m.text for m in zoe.dm)
    await bert.say(notices[1].channel, "Please stop the printing.", thread_ts=notices[1].ts)
    await house.slack.wait(lambda: any("stop the printing" in m.text for m in zoe.dm))


async def test_a_question_whose_words_are_gone_by_now_says_so(house: House, tmp_path: Path) -> None:
    """They are kept for a day; the press comes later."""
    first, _ = await two_notices(house, tmp_path)
    bert = house.boss
    await bert.say(first.channel, WORDS)
    await house.slack.wait(lambda: "Whose is it for?" in bert.dm[-1].text)
    question = bert.dm[-1]
    await house.later(hours=26)
    await house.bot.edge.do(keeping.sweep)
    notice = rows(tmp_path, "SELECT id FROM posts WHERE kind = 'notice' AND sent_ts = ?", first.ts)[0][0]
    await bert.click(question, f"which.{notice}")
    await house.slack.wait(lambda: bert.ephemerals)
    assert "can't find that" in bert.ephemerals[-1].text


async def test_with_one_still_open_a_reply_goes_there_though_the_other_is_newer(
    house: House, tmp_path: Path
) -> None:
    first, _ = await two_notices(house, tmp_path)
    rina, zoe, bert = house.reporter, house.t1, house.boss
    await zoe.fill("other", "cancel:")
    await zoe.submit()
    await zoe.fill("why", "false_alarm")
    assert (await zoe.submit()).errors == {}
    await house.slack.wait(lambda: "turned out fine" in zoe.dm[0].text)
    await bert.say(first.channel, "I am on it.")
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text)
    await house.slack.wait(lambda: any("I am on it." in m.text for m in rina.dm))
    assert not any("Whose is it for?" in m.text for m in bert.dm)


async def test_in_a_thread_nobody_is_asked(house: House, tmp_path: Path) -> None:
    first, _ = await two_notices(house, tmp_path)
    await house.boss.say(first.channel, "On it.", thread_ts=first.ts)
    await house.slack.wait(lambda: "Seen by Bert" in house.reporter.dm[0].text)
    assert not any("Whose is it for?" in m.text for m in house.boss.dm)


async def test_whose_it_is_can_be_said_by_nobody_else(house: House, tmp_path: Path) -> None:
    first, _ = await two_notices(house, tmp_path)
    bert = house.boss
    await bert.say(first.channel, WORDS)
    await house.slack.wait(lambda: "Whose is it for?" in bert.dm[-1].text)
    value, notice = rows(tmp_path, "SELECT id, data FROM posts WHERE kind = 'which'")[0]
    forged = payloads.message_action(
        house.slack.core,
        house.lead.person,
        bert.dm[-1],
        {"type": "button", "action_id": f"which.{json.loads(notice)['choices'][0]['post']}", "value": value},
        {},
    )
    await deliver(house, forged)
    assert rows(tmp_path, "SELECT COUNT(*) FROM posts WHERE kind = 'passed_on'") == [(0,)]
