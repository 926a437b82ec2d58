"""A message of ours that was to be redrawn is gone: its reader gets one new message, and nothing is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.playground.driver import Member
from bot.playground.workspace import Message
from tests.contract.hands import take
from tests.edge.acts import rows, stage_of, to_page
from tests.flows.test_gates import to_the_call
from tests.flows.test_reply_kinds import told
from tests.flows.test_team import DELIVERY, messages, to_team_page
from tests.flows.test_together import asked
from tests.house import House


def lying(who: Member, action: str) -> list[Message]:
    """Messages in their DM that carry that button."""
    return [m for m in who.dm if not m.deleted and action in str(m.blocks)]


def vanish(house: House, message: Message) -> None:
    """As retention does it: no one is told."""
    house.slack.expect("message_not_found")
    message.deleted = True


@pytest.fixture
def transport() -> str:
    """Nothing comes in here that isn't tried over both elsewhere."""
    return "socket"


async def quiet(house: House) -> None:
    """Everything that's due has gone out and is drawn."""
    for _ in range(3):
        await house.bot.tick()
        await house.bot.drain()
        await house.slack.settle()


async def test_the_reporters_card_is_posted_once_more_and_redrawn_from_then_on(house: House) -> None:
    await told(house)
    rina, bert = house.reporter, house.boss
    vanish(house, rina.dm[0])
    await bert.react(bert.dm[0], "eyes")
    await house.slack.wait(lambda: lying(rina, "open"))
    (card,) = lying(rina, "open")
    assert "Seen by Bert" in card.text
    assert "Sent to Bert" in card.text
    await bert.unreact(bert.dm[0], "eyes")
    await house.slack.wait(lambda: "Seen by" not in card.text)
    await quiet(house)
    assert lying(rina, "open") == [card]


@pytest.mark.parametrize("code", ["cant_update_message", "edit_window_closed", "channel_not_found"])
async def test_one_that_may_be_changed_no_more_makes_place_for_a_new_one(house: House, code: str) -> None:
    await told(house)
    rina, bert = house.reporter, house.boss
    (old,) = lying(rina, "open")
    house.slack.expect(code)
    house.slack.faults.add(method="chat.update", kind=f"error:{code}", channel=old.channel, times=1)
    await bert.react(bert.dm[0], "eyes")
    await house.slack.wait(lambda: any("Seen by Bert" in m.text for m in lying(rina, "open")))
    await quiet(house)
    assert sum("Seen by Bert" in m.text for m in lying(rina, "open")) == 1
    assert old.deleted is (code != "channel_not_found")


async def test_a_notice_comes_again_and_what_was_put_on_the_first_still_counts(
    house: House, tmp_path: Path
) -> None:
    await told(house)
    rina, bert = house.reporter, house.boss
    first = bert.dm[0]
    await bert.react(first, "eyes")
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text)
    sent_at = rows(tmp_path, "SELECT sent_at FROM posts WHERE kind = 'notice'")
    await house.slack.wait(lambda: "Seen by" in first.text)
    vanish(house, first)
    await house.later(minutes=5)
    await bert.click(first, "notice.call")  # a client that hasn't noticed
    await house.slack.wait(lambda: lying(bert, "notice.seen"))
    (second,) = lying(bert, "notice.seen")
    assert "Seen by Bert" in rina.dm[0].text
    assert rows(tmp_path, "SELECT sent_at FROM posts WHERE kind = 'notice'") == sent_at
    await bert.click(second, "notice.take")
    await quiet(house)
    await bert.react(second, "+1")
    await bert.unreact(second, "+1")
    await quiet(house)
    assert lying(bert, "notice.seen") == [second]
    assert "Seen by Bert" in rina.dm[0].text


async def test_a_later_rungs_message_comes_again_too(house: House) -> None:
    await house.monday_morning()
    await to_page(house, "hub")
    rina, dana = house.reporter, house.deputy
    await house.slack.wait(lambda: house.boss.dm)
    await house.later(minutes=121)
    await house.slack.wait(lambda: lying(dana, "notice.seen"), timeout=10)
    vanish(house, lying(dana, "notice.seen")[0])
    await house.boss.react(house.boss.dm[0], "eyes")
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text)
    await house.slack.wait(lambda: lying(dana, "notice.seen"))
    await quiet(house)
    assert len(lying(dana, "notice.seen")) == 1


async def test_it_comes_at_most_once_an_hour_and_holds_what_happened_meanwhile(house: House) -> None:
    await told(house)
    rina, bert = house.reporter, house.boss
    vanish(house, rina.dm[0])
    await bert.react(bert.dm[0], "eyes")
    await house.slack.wait(lambda: lying(rina, "open"))
    vanish(house, lying(rina, "open")[0])
    await bert.unreact(bert.dm[0], "eyes")
    await quiet(house)
    assert lying(rina, "open") == []
    await house.later(minutes=61)
    await house.slack.wait(
        lambda: any("Seen by" not in m.text and "Sent to" in m.text for m in lying(rina, "open"))
    )


async def test_so_does_the_teams_card(house: House) -> None:
    await to_team_page(house)
    await house.reporter.fill("channel", DELIVERY)
    assert (await house.reporter.submit()).errors == {}
    await house.slack.wait(lambda: messages(house, DELIVERY))
    (old,) = messages(house, DELIVERY)
    await house.t1.react(old, "raising_hand")
    await house.slack.wait(lambda: "Zoë" in old.text)
    vanish(house, old)
    await house.later(minutes=1)
    await house.deputy.click(old, "card.seen")
    await house.slack.wait(lambda: [m for m in messages(house, DELIVERY) if not m.deleted])
    await quiet(house)
    (new,) = [m for m in messages(house, DELIVERY) if not m.deleted]
    assert "Zoë" in new.text
    await house.t2.click(new, "card.help")
    await house.slack.wait(lambda: "محمد" in new.text)


async def an_invitation(house: House) -> tuple[Member, str]:
    """To someone who was part of it."""
    _, zoe = await asked(house)
    return zoe, "open.join"


async def an_offer(house: House) -> tuple[Member, str]:
    """To take it over."""
    await to_page(house, "tell")
    rina, zoe = house.reporter, house.t1
    await rina.fill("special", ["senior"])
    await rina.fill("handler", zoe.id)
    assert (await rina.submit()).errors == {}
    return zoe, "accept"


async def a_question(house: House) -> tuple[Member, str]:
    """For a yes to the first word."""
    rina, bert = await to_the_call(house), house.boss
    await house.slack.wait(lambda: lying(bert, "notice.seen"))
    await bert.click(bert.dm[0], "notice.seen")
    await house.slack.wait(lambda: "Seen by" in rina.dm[0].text)
    await rina.press("ask.contact")
    await house.slack.wait(lambda: lying(bert, "answer.yes"))
    await house.slack.wait(lambda: len(rina.stack) == 2)
    await rina.close_modal()
    await rina.press("back")
    await rina.wait_modal(where=lambda view: stage_of(view) == "hub")
    return bert, "answer.yes"


@pytest.mark.parametrize(
    ("made", "page", "field"),
    [
        (an_invitation, "open:", "summary"),
        (an_offer, "open:", "summary"),
        (a_question, "assess:", "q1_mistake"),
    ],
)
async def test_so_does_what_waits_for_an_answer(
    house: House, made: Callable[[House], Awaitable[tuple[Member, str]]], page: str, field: str
) -> None:
    who, action = await made(house)
    await house.slack.wait(lambda: lying(who, action))
    await quiet(house)
    (old,) = lying(who, action)
    vanish(house, old)
    await take(house.reporter, page)
    await house.reporter.fill(field, "Both lists went out")
    assert (await house.reporter.submit()).errors == {}
    await house.slack.wait(lambda: lying(who, action))
    await quiet(house)
    (new,) = lying(who, action)
    assert "Both lists went out" in new.text
    await who.click(new, action)
    await quiet(house)
    assert len([m for m in who.dm if m.text == new.text]) == 1


async def test_where_it_matters_no_more_nothing_comes(house: House) -> None:
    await told(house)
    rina, bert = house.reporter, house.boss
    vanish(house, bert.dm[0])
    vanish(house, rina.dm[0])
    await rina.fill("other", "cancel:")
    await rina.submit()
    await rina.fill("why", "false_alarm")
    assert (await rina.submit()).errors == {}
    await quiet(house)
    assert lying(bert, "notice.seen") == []
    assert [m for m in rina.dm if "Continue" in str(m.blocks) and not m.deleted] == []


async def test_one_of_which_nobody_knows_whether_it_lies_there_is_looked_for(
    house: House, tmp_path: Path
) -> None:
    await told(house)
    rina, bert = house.reporter, house.boss
    vanish(house, rina.dm[0])
    house.slack.faults.add(method="chat.postMessage", kind="reset", when="after", channel=rina.dm[0].channel)
    await bert.react(bert.dm[0], "eyes")
    await house.slack.wait(lambda: lying(rina, "open"))
    await quiet(house)
    await house.later(seconds=6)
    await quiet(house)
    await bert.unreact(bert.dm[0], "eyes")
    await house.slack.wait(lambda: all("Seen by" not in m.text for m in lying(rina, "open")))
    assert len(lying(rina, "open")) == 1
