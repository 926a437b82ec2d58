"""A typed reply is Seen and reaches the reporter word for word: from any rung, and however early."""

from __future__ import annotations

from pathlib import Path

from tests.crash.rig import jump
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
