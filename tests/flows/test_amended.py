"""A reply that is changed or deleted, and an emoji taken back: what stands is what its author means now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playground.delivery import EVENT
from bot.playground.workspace import Message
from tests.crash.rig import until
from tests.edge.acts import deliver, rows, to_page
from tests.flows.test_replies import two_notices
from tests.flows.test_reply_kinds import FILE, passed_on, told, write
from tests.house import House

CARD = "SELECT COUNT(*) FROM posts WHERE kind = ?"


def about(house: House, words: str) -> list[Message]:
    return [m for m in house.reporter.dm if words in m.text]


def standing(house: House, words: str) -> list[Message]:
    return [m for m in about(house, words) if not m.deleted]


@pytest.fixture
def transport() -> str:
    """Nothing comes in here that isn't tried over both elsewhere."""
    return "socket"


async def replied(house: House, text: str = "Yes, refund", *, in_thread: bool = False) -> Message:
    """The boss has replied, and the reporter has read it."""
    await told(house)
    notice = house.boss.dm[0]
    said = await house.boss.say(notice.channel, text, thread_ts=notice.ts if in_thread else None)
    await house.slack.wait(lambda: passed_on(house) and "Seen by Bert" in house.reporter.dm[0].text)
    return said


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_changed_reply_is_passed_on_and_the_old_words_stand_no_more(
    house: House, tmp_path: Path, in_thread: bool
) -> None:
    said = await replied(house, in_thread=in_thread)
    await house.boss.edit(said, "Do NOT refund <them> & call me")
    await house.slack.wait(lambda: about(house, "has changed their reply. It now says:\nDo NOT refund"))
    await house.slack.wait(lambda: not about(house, "Yes, refund"))
    (first,) = about(house, "wrote back")
    assert "has since changed it" in first.text
    assert "Do NOT refund <them> & call me" in first.blocks[0]["text"]["text"]
    assert "Seen by Bert" in house.reporter.dm[0].text


async def test_each_change_comes_once_and_an_old_one_never_after_a_new_one(
    house: House, tmp_path: Path
) -> None:
    said = await replied(house)
    await house.boss.edit(said, "No refund")
    await house.slack.wait(lambda: about(house, "has changed their reply"))
    await house.boss.edit(said, "No refund at all")
    await house.slack.settle()
    await house.slack.wait(lambda: about(house, "changed their reply. It now says:\nNo refund at all"))
    changes = [d for d in house.slack.deliveries if "message_changed" in str(d.payload)]
    mine = [d for d in changes if d.payload["event"]["message"]["user"] == house.boss.id]
    for delivery in (*mine, mine[0]):
        await house.slack.redeliver(delivery)
    assert rows(tmp_path, CARD, "reply_changed") == [(2,)]
    await house.slack.wait(lambda: len(standing(house, "No refund at all")) == 2)


async def test_of_many_changes_only_the_last_is_read_again(house: House) -> None:
    """What the reporter had read says so in its place; no sentence stands there twice."""
    said = await replied(house)
    for words in ("No refund", "Half of it"):
        await house.boss.edit(said, words)
        await house.slack.wait(lambda words=words: about(house, f"their reply. It now says:\n{words}"))
    await house.boss.delete(said)
    await house.slack.wait(lambda: standing(house, "has deleted their reply"))
    await house.slack.wait(lambda: standing(house, "wrote back, and has since deleted it"))
    await house.slack.wait(lambda: len(standing(house, "Bert Lindqvist")) == 3)
    assert "has deleted their reply. Please don't act on it" in standing(house, "Bert Lindqvist")[-1].text


async def test_of_a_long_reply_no_old_words_stay(house: House) -> None:
    said = await replied(house, "First. " + "words and more words\n" * 300 + "Refund it all")
    await house.slack.wait(lambda: about(house, "Refund it all"))
    await house.boss.edit(said, "No refund")
    await house.slack.wait(lambda: about(house, "changed their reply. It now says:\nNo refund"))
    await house.slack.wait(lambda: not [m for m in about(house, "more words") if not m.deleted])


async def change(house: House, said: Message, **event: Any) -> None:  # noqa: ANN401 - what an event may hold
    ts = house.slack.clock.ts()
    made = {"type": "message", "channel_type": "im", "channel": said.channel, "ts": ts, "event_ts": ts}
    assert (await deliver(house, house.slack.core._envelope({**made, **event}, None), EVENT)).ok


async def test_a_link_that_gets_its_preview_changes_nothing(house: House, tmp_path: Path) -> None:
    said = await replied(house, "See https://example.com")
    same = {"message": said.as_dict(), "previous_message": said.as_dict()}
    await change(house, said, subtype="message_changed", **same)
    assert rows(tmp_path, CARD, "reply_changed") == [(0,)]


@pytest.mark.parametrize("answered", [False, True])
async def test_a_deleted_reply_is_struck_and_counts_no_more(house: House, answered: bool) -> None:
    """With replies of its own it's a tombstone in Slack; a second reply keeps the notice seen."""
    said = await replied(house)
    if answered:
        await house.boss.say(said.channel, "and another thing", thread_ts=said.ts)
        await house.slack.settle()
    await house.boss.delete(said)
    await house.slack.wait(lambda: about(house, "has deleted their reply"))
    await house.slack.wait(lambda: not about(house, "Yes, refund"))
    await house.slack.wait(lambda: "Seen by" not in house.reporter.dm[0].text)


async def test_of_two_replies_one_deleted_leaves_the_other(house: House) -> None:
    first = await replied(house)
    await house.boss.say(first.channel, "Or half of it")
    await house.slack.wait(lambda: about(house, "Or half of it"))
    await house.boss.delete(first)
    await house.slack.wait(lambda: about(house, "has deleted their reply"))
    await house.slack.wait(lambda: not about(house, "Yes, refund"))
    assert about(house, "Or half of it")
    assert "Seen by Bert" in house.reporter.dm[0].text


async def test_words_that_wait_for_whose_they_are_can_be_changed_and_deleted(
    house: House, tmp_path: Path
) -> None:
    first, _ = await two_notices(house, tmp_path)
    bert = house.boss
    said = await bert.say(first.channel, "Yes, refund")
    await house.slack.wait(lambda: "Whose is it for?" in bert.dm[-1].text)
    question = bert.dm[-1]
    await bert.edit(said, "Do NOT refund")
    await house.slack.settle()
    notice = rows(tmp_path, "SELECT id FROM posts WHERE kind = 'notice' AND sent_ts = ?", first.ts)[0][0]
    await bert.click(question, f"which.{notice}")
    await house.slack.wait(lambda: about(house, "Do NOT refund"))
    assert not about(house, "Yes, refund")
    other = await bert.say(first.channel, "Never mind")
    await until(lambda: rows(tmp_path, CARD + " AND state = 'sent'", "which") == [(2,)])
    await house.slack.wait(lambda: any("Whose is it for?" in m.text for m in bert.dm if m is not question))
    await bert.delete(other)
    await house.slack.wait(lambda: any("passed anything on" in m.text for m in bert.dm))
    assert not about(house, "Never mind")


async def test_a_change_is_the_reply_where_its_first_words_never_came(house: House) -> None:
    """The bot was away longer than Slack tries; but a message older than the notice answers nothing."""
    await told(house)
    bert = house.boss
    before = Message("1700000000.000100", bert.dm[0].channel, bert.id, "Lunch?")
    after = Message(house.slack.clock.ts(), bert.dm[0].channel, bert.id, "Call me")
    for said in (before, after):
        now = {**said.as_dict(), "edited": {"user": bert.id, "ts": house.slack.clock.ts()}}
        await change(house, said, subtype="message_changed", message=now, previous_message=said.as_dict())
    await house.slack.wait(lambda: about(house, "Call me"))
    assert not about(house, "Lunch?")
    await change(house, after, user=bert.id, text="Call", ts=after.ts)
    assert len(passed_on(house)) == 1


async def test_words_deleted_before_they_were_heard_are_passed_on_to_no_one(
    house: House, tmp_path: Path
) -> None:
    """Slack keeps no order, and brings again what we couldn't take at first."""
    await told(house)
    said = Message(house.slack.clock.ts(), house.boss.dm[0].channel, house.boss.id, "Wrong window, sorry")
    await change(house, said, subtype="message_deleted", deleted_ts=said.ts, previous_message=said.as_dict())
    await write(house, said.text, ts=said.ts)
    await write(house, "Call me")
    await house.slack.wait(lambda: about(house, "Call me"))
    assert len(passed_on(house)) == 1


@pytest.mark.parametrize(
    ("text", "left"), [("", "has deleted their reply"), ("Read it", "has changed their reply")]
)
async def test_a_file_that_is_gone_is_attached_no_more(house: House, text: str, left: str) -> None:
    await told(house)
    said = Message(house.slack.clock.ts(), house.boss.dm[0].channel, house.boss.id, text)
    await write(house, text, ts=said.ts, **FILE)
    await house.slack.wait(lambda: about(house, "Something is attached"))
    now = {**said.as_dict(), "files": [{"id": "F000PLAN", "mode": "tombstone"}]}
    before = {**said.as_dict(), "files": FILE["files"]}
    await change(house, said, subtype="message_changed", message=now, previous_message=before)
    await house.slack.wait(lambda: about(house, left))
    await house.slack.wait(lambda: not about(house, "Something is attached"))


async def test_others_messages_are_no_changes_of_a_reply(house: House, tmp_path: Path) -> None:
    said = await replied(house)
    for odd in ({"user": house.slack.core.bot.id}, {"bot_id": "B1"}, {"user": house.deputy.id}):
        now = {**said.as_dict(), "text": "no", **odd}
        await change(house, said, subtype="message_changed", message=now, previous_message=said.as_dict())
    await change(house, said, subtype="message_changed", message={"text": "no"})
    await change(house, said, subtype="message_deleted", deleted_ts=said.ts)
    await house.bot.drain()
    assert rows(tmp_path, CARD, "reply_changed") == [(0,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("+1::skin-tone-2", "+1::skin-tone-5"), ("+1", "+1::skin-tone-3"), ("clap::skin-tone-6", "clap")],
)
async def test_of_two_skin_tones_one_taken_back_leaves_the_other(
    house: House, tmp_path: Path, one: str, other: str
) -> None:
    await told(house)
    bert, notice = house.boss, house.boss.dm[0]
    await bert.react(notice, one)
    await bert.react(notice, other)
    await house.slack.wait(lambda: "Seen by Bert" in house.reporter.dm[0].text)
    await until(lambda: rows(tmp_path, "SELECT COUNT(*) FROM signals WHERE standing") == [(2,)])
    await bert.unreact(notice, one)
    await until(lambda: rows(tmp_path, "SELECT COUNT(*) FROM signals WHERE standing") == [(1,)])
    await house.bot.tick()
    await house.bot.drain()
    assert "Seen by Bert" in house.reporter.dm[0].text
    await bert.unreact(notice, other)
    await house.slack.wait(lambda: "Seen by" not in house.reporter.dm[0].text)


async def test_what_a_toned_emoji_means_stays(house: House) -> None:
    """The name that's kept has the tone; what it says is read without."""
    await to_page(house, "hub")
    await house.slack.wait(lambda: house.boss.dm and "Sent to" in house.reporter.dm[0].text)
    await house.boss.react(house.boss.dm[0], "raising_hand::skin-tone-4")
    await house.slack.wait(lambda: "Seen by Bert" in house.reporter.dm[0].text)
    export = (await house.boss.command("/screwedup", "export")).ephemerals[0]
    assert export
    await house.bot.drain()
    assert json.dumps("reply::") not in str([m.text for m in house.boss.dm])
