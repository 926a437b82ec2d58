"""Killed between the post and its record: history is read, and never a second notice (reliability.md 3)."""

from __future__ import annotations

from pathlib import Path

from bot.playground.driver import Member
from tests.crash.rig import Rig, rigged, until
from tests.edge.acts import SAID
from tests.flows.test_stepper import walk_on

LEASE, SETTLE = 61, 16  # seconds, each with one to spare


async def killed_after_the_post(rig: Rig) -> tuple[Member, Member]:
    """The notice is with the boss, the bot was killed before it heard so, and has been started again."""
    rina, bert = rig.slack.person("reporter"), rig.slack.person("boss")
    rig.slack.expect("dispatch_failed", "missing_scope")
    await rina.command("/screwedup", SAID)
    await rina.wait_modal()
    await walk_on(rina, "send")
    await until(lambda: rina.dm)  # so that only the notice is still to come
    channel = rig.slack.workspace.dm(bert.id, rig.slack.core.bot.id).id
    rig.slack.faults.add(method="chat.postMessage", kind="latency:30", channel=channel)
    assert (await rina.submit()).action == "update"
    await until(lambda: bert.dm)
    await rig.kill()
    assert rig.posts("notice") == [("sending", 1)]
    await rig.start()
    return rina, bert


async def lease_over(rig: Rig, state: str) -> None:
    """Let the lease and the settling time pass; the row then is in `state`."""
    rig.slack.clock.advance(LEASE)
    await until(lambda: rig.posts("notice")[0][0] != "sending")
    rig.slack.clock.advance(SETTLE)
    await until(lambda: rig.posts("notice")[0][0] == state)


def notices(bert: Member) -> int:
    return sum("Hello Bert" in message.text for message in bert.dm)


async def test_history_is_read_and_the_card_says_sent(tmp_path: Path) -> None:
    async with rigged(tmp_path) as rig:
        rina, bert = await killed_after_the_post(rig)
        assert "on its way" in rina.dm[0].text or "Nobody has been told" in rina.dm[0].text
        await lease_over(rig, "sent")
        await until(lambda: "Sent to" in rina.dm[0].text)
        assert notices(bert) == 1
        await bert.react(bert.dm[0], "eyes")
        await until(lambda: "Seen by" in rina.dm[0].text)


async def test_without_history_the_reporter_decides_and_sends_again(tmp_path: Path) -> None:
    async with rigged(tmp_path) as rig:
        rig.slack.scopes.discard("im:history")
        rina, bert = await killed_after_the_post(rig)
        await lease_over(rig, "uncertain")
        await until(lambda: "I can't tell whether" in rina.dm[0].text)
        assert notices(bert) == 1
        await rina.click(rina.dm[0], "again")
        await until(lambda: "Sent to" in rina.dm[0].text)
        assert notices(bert) == 2  # she asked for it


async def test_without_history_the_reporter_says_they_have_it(tmp_path: Path) -> None:
    async with rigged(tmp_path) as rig:
        rig.slack.scopes.discard("im:history")
        rina, bert = await killed_after_the_post(rig)
        await lease_over(rig, "uncertain")
        await until(lambda: "I can't tell whether" in rina.dm[0].text)
        await rina.click(rina.dm[0], "arrived")
        await until(lambda: "Sent to" in rina.dm[0].text)
        assert notices(bert) == 1


async def test_a_press_on_the_notice_itself_says_that_it_is_there(tmp_path: Path) -> None:
    """The click carries the message's own address: no history is needed (reliability.md 3, step 7)."""
    async with rigged(tmp_path) as rig:
        rig.slack.scopes.discard("im:history")
        rina, bert = await killed_after_the_post(rig)
        assert (await bert.click(bert.dm[0], "notice.seen")).ok
        await until(lambda: "Seen by" in rina.dm[0].text)
        assert rig.posts("notice")[0][0] == "sent"
        assert notices(bert) == 1


async def test_killed_before_the_post_it_goes_out_once(tmp_path: Path) -> None:
    """Claimed, then killed while Slack had not got it yet: not in the history, so it is sent."""
    async with rigged(tmp_path) as rig:
        rina, bert = rig.slack.person("reporter"), rig.slack.person("boss")
        rig.slack.expect("dispatch_failed")
        await rina.command("/screwedup", SAID)
        await rina.wait_modal()
        await walk_on(rina, "send")
        await until(lambda: rina.dm)
        channel = rig.slack.workspace.dm(bert.id, rig.slack.core.bot.id).id
        rig.slack.faults.add(method="chat.postMessage", kind="timeout", channel=channel)
        assert (await rina.submit()).action == "update"
        await until(lambda: rig.posts("notice") == [("sending", 1)])
        await rig.restart()
        assert notices(bert) == 0
        await lease_over(rig, "sent")
        assert notices(bert) == 1
