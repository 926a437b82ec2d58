"""The team channel: checked before it is chosen, a card that is redrawn, helpers, a wrong one undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.play import POLICY
from bot.playground.workspace import Message
from tests.edge.acts import SAID, stage_of, text_of, to_page
from tests.house import IDS, House, open_house

GENERAL, DELIVERY, UNSEEN = "C000ROOM1", "C000ROOM2", "C000ROOM4"


async def to_team_page(house: House) -> None:
    await to_page(house, "hub")
    await house.slack.wait(lambda: len(house.boss.dm) == 1)
    await house.boss.react(house.boss.dm[0], "eyes")
    await house.reporter.fill("other", "team:")
    await house.reporter.submit()
    assert stage_of(house.reporter.modal) == "team"


def messages(house: House, channel: str) -> list[Message]:
    return [m for m in house.slack.workspace.channels[channel].messages.values() if m.bot_id]


async def test_a_channel_is_checked_before_it_is_chosen(house: House) -> None:
    await to_team_page(house)
    rina = house.reporter
    house.slack.expect("channel_not_found")
    await rina.fill("channel", UNSEEN)
    assert "/invite" in (await rina.submit()).errors["channel"]
    house.slack.workspace.channels[DELIVERY].is_archived = True
    await rina.fill("channel", GENERAL)
    assert "/invite" in (await rina.submit()).errors["channel"]
    assert stage_of(rina.modal) == "team"


async def test_a_channel_that_was_archived_meanwhile_gets_nothing(house: House) -> None:
    await to_team_page(house)
    await house.reporter.fill("channel", DELIVERY)
    house.slack.workspace.channels[DELIVERY].is_archived = True
    assert "archived" in (await house.reporter.submit()).errors["channel"]
    assert not messages(house, DELIVERY)


async def test_the_card_says_who_helps_and_never_who_reported(house: House) -> None:
    await to_team_page(house)
    rina = house.reporter
    await rina.fill("channel", DELIVERY)
    await rina.fill("helpers_needed", "somebody to check the list")
    assert (await rina.submit()).errors == {}
    await house.slack.wait(lambda: len(messages(house, DELIVERY)) == 1)
    card = messages(house, DELIVERY)[0]
    assert "somebody to check the list" in card.text
    assert "Rina" not in card.text
    await house.t1.react(card, "raising_hand")
    await house.t2.react(card, "eyes")
    await house.slack.wait(lambda: "Helping" in messages(house, DELIVERY)[0].text)
    await house.slack.wait(lambda: "1 has read this" in messages(house, DELIVERY)[0].text)


async def test_whoever_offers_help_is_brought_in_and_the_handler_is_asked_once(house: House) -> None:
    await to_team_page(house)
    rina, zoe = house.reporter, house.t1
    await rina.fill("channel", DELIVERY)
    await rina.submit()
    await house.slack.wait(lambda: len(messages(house, DELIVERY)) == 1)
    card = messages(house, DELIVERY)[0]
    await zoe.react(card, "raising_hand")
    await house.slack.wait(lambda: zoe.dm)
    await house.slack.wait(lambda: "offers to help" in rina.dm[-1].text)
    assert "Zoë Ångström" in rina.dm[-1].text
    assert SAID in zoe.dm[0].text
    assert "Rina" not in zoe.dm[0].text
    await zoe.unreact(card, "raising_hand")
    await zoe.click(card, "card.help")
    await zoe.click(zoe.dm[0], "open")
    view = await zoe.wait_modal()
    assert stage_of(view) == "hub"
    assert '"withdraw"' not in text_of(view), "what a helper would be refused is not offered"
    assert '"timeline"' in text_of(view)
    await zoe.fill("other", "note:")
    await zoe.submit()
    assert stage_of(zoe.modal) == "note"
    await house.boss.react(card, "raising_hand")
    await house.slack.settle()
    assert len([m for m in rina.dm if "offers to help" in m.text]) == 1, "who leads needs no bringing in"
    assert len(zoe.dm) == 1


async def test_a_wrong_channel_is_undone(house: House) -> None:
    await to_team_page(house)
    rina = house.reporter
    await rina.fill("channel", DELIVERY)
    await rina.submit()
    await house.slack.wait(lambda: len(messages(house, DELIVERY)) == 1)
    await rina.invite_app(GENERAL)
    await rina.fill("other", "team:")
    await rina.submit()
    await rina.fill("channel", GENERAL)
    assert (await rina.submit()).errors == {}
    await house.slack.wait(lambda: len(messages(house, GENERAL)) == 1)
    await house.slack.wait(lambda: "by mistake" in messages(house, DELIVERY)[0].text)


@pytest.mark.parametrize("ticked", [True, False])
async def test_the_thread_names_the_handler_only_where_they_want_it(tmp_path: Path, ticked: bool) -> None:
    """`thread_reminders = "mention"`, and R ticked that the team may know who handles it (0.4)."""
    policy = 'thread_reminders = "mention"\n' + POLICY.format(**IDS)
    (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
    async with open_house(tmp_path) as house:
        await house.monday_morning()
        await to_team_page(house)
        rina = house.reporter
        await rina.fill("channel", DELIVERY)
        if ticked:
            await rina.fill("may_name_handler", ["yes"])
        assert (await rina.submit()).errors == {}
        await house.slack.wait(lambda: len(messages(house, DELIVERY)) == 1)
        await house.later(minutes=121)
        await house.slack.wait(lambda: len(messages(house, DELIVERY)) > 1, timeout=10)
        twin = messages(house, DELIVERY)[-1]
        assert (f"<@{rina.id}>" in str(twin.blocks)) is ticked
        house.check()
