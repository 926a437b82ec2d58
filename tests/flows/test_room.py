"""A channel made for one incident: asked for once, made once, and what Slack may say no to on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.playground.workspace import Channel
from tests.crash.rig import until
from tests.edge.acts import SAID, rows, stage_of, walk_on
from tests.flows.test_team import DELIVERY, messages, to_team_page
from tests.house import House, open_house


def rooms(house: House) -> list[Channel]:
    """Channels that the bot has made."""
    return [c for c in house.slack.workspace.channels.values() if c.creator == house.slack.core.bot.id]


async def ask_for_room(house: House, *members: str) -> None:
    """The page is filled and sent; `members` are keys of people, besides those picked already."""
    await to_team_page(house)
    await fill_room(house, *members)
    assert (await house.reporter.submit()).errors == {}


async def fill_room(house: House, *members: str) -> None:
    await house.reporter.fill("where", "new")
    await house.reporter.fill("members", [house.reporter.id, *(getattr(house, key).id for key in members)])


async def pick_existing(house: House) -> None:
    """From the hub to the page again, where the existing channel is chosen; its card is in it."""
    await house.reporter.fill("other", "team:")
    await house.reporter.submit()
    await house.reporter.fill("where", "existing")
    await house.reporter.fill("channel", DELIVERY)
    assert (await house.reporter.submit()).errors == {}
    await house.slack.wait(lambda: len(messages(house, DELIVERY)) == 1)


async def in_place(house: House, *members: str) -> Channel:
    """The one room, once its card is there and everybody is in it."""
    everybody = {house.slack.core.bot.id, house.reporter.id, *(getattr(house, key).id for key in members)}
    await house.slack.wait(lambda: rooms(house) and rooms(house)[0].members == everybody)
    (room,) = rooms(house)
    await house.slack.wait(lambda: len(messages(house, room.id)) == 1)
    return room


async def test_a_private_channel_with_whom_was_picked_and_the_card_in_it(house: House) -> None:
    await ask_for_room(house, "t1", "guest")
    room = await in_place(house, "t1", "guest")
    assert room.kind == "private"
    assert room.name.startswith("inc-")
    assert "client" not in room.name
    assert "invoice" not in room.name
    assert "Rina" not in messages(house, room.id)[0].text
    await house.t1.react(messages(house, room.id)[0], "raising_hand")
    await house.slack.wait(lambda: "Helping" in messages(house, room.id)[0].text)


async def test_asked_for_again_it_is_the_same_room_with_one_more_in_it(house: House) -> None:
    await ask_for_room(house, "t1")
    await in_place(house, "t1")
    await house.reporter.fill("other", "team:")
    await house.reporter.submit()
    await fill_room(house, "t1", "t2")
    assert (await house.reporter.submit()).errors == {}
    room = await in_place(house, "t1", "t2")
    assert len(messages(house, room.id)) == 1


async def test_a_taken_name_leads_to_the_next_one(house: House) -> None:
    house.slack.expect("name_taken")
    house.slack.faults.add(method="conversations.create", kind="error:name_taken")
    await ask_for_room(house)
    await in_place(house)
    asked = [call.args["name"] for call in house.slack.calls if call.method == "conversations.create"]
    assert len(set(asked)) == 2


async def test_without_the_right_the_page_says_so_and_an_existing_channel_works(house: House) -> None:
    await to_team_page(house)
    house.slack.scopes.discard("groups:write")
    rina = house.reporter
    await fill_room(house, "t1")
    assert "may not make channels" in (await rina.submit()).errors["where"]
    assert stage_of(rina.modal) == "team"
    await rina.fill("where", "existing")
    await rina.fill("channel", DELIVERY)
    assert (await rina.submit()).errors == {}
    await house.slack.wait(lambda: len(messages(house, DELIVERY)) == 1)
    assert rooms(house) == []


@pytest.mark.parametrize("refusal", ["restricted_action", "cannot_create_channel", "missing_scope"])
async def test_a_workspace_that_forbids_it_is_said_on_the_card_and_nothing_else_stops(
    house: House, refusal: str
) -> None:
    house.slack.faults.add(method="conversations.create", kind=f"error:{refusal}", times=None)
    await ask_for_room(house, "t1")
    await house.slack.wait(lambda: "An existing" in house.reporter.dm[0].text)
    await pick_existing(house)
    await house.slack.wait(lambda: "An existing" not in house.reporter.dm[0].text)


async def test_a_lost_answer_makes_no_second_channel(house: House, tmp_path: Path) -> None:
    house.slack.expect("name_taken")
    house.slack.faults.add(method="conversations.create", kind="reset", when="after")
    await ask_for_room(house, "t1")
    await house.slack.wait(lambda: rooms(house))
    looked_for = "SELECT 1 FROM posts WHERE kind = 'room' AND state = 'checking'"
    await until(lambda: rows(tmp_path, looked_for) and "being made" in house.reporter.dm[0].text)
    await house.later(seconds=20)
    await in_place(house, "t1")


async def test_somebody_who_cannot_be_invited_is_named_and_the_others_are_in(house: House) -> None:
    house.slack.expect("ura_max_channels")
    single = house.single_guest
    house.slack.workspace.channels[DELIVERY].members.add(single.id)
    await ask_for_room(house, "t1", "single_guest")
    await in_place(house, "t1")
    await house.slack.wait(lambda: "could not be invited" in house.reporter.dm[0].text)


async def test_whoever_belongs_elsewhere_is_never_picked(house: House) -> None:
    await to_team_page(house)
    await fill_room(house, "t1", "outsider")
    assert "another organisation" in (await house.reporter.submit()).errors["members"]
    await fill_room(house, "robot")
    assert "an app" in (await house.reporter.submit()).errors["members"]
    assert rooms(house) == []


async def test_nobody_is_invited_before_the_page_is_sent(house: House) -> None:
    await to_team_page(house)
    await fill_room(house, "t1", "t2")
    await house.reporter.press("back")
    await house.slack.settle()
    assert rooms(house) == []


async def test_another_channel_picked_while_it_is_made_leaves_no_empty_room(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.slack.faults.add(method="conversations.create", kind="latency:1.5")
        await ask_for_room(house, "t1")
        await house.slack.wait(lambda: rooms(house))
        await pick_existing(house)
        await house.slack.wait(lambda: rooms(house)[0].is_archived)
        assert house.t1.id not in rooms(house)[0].members
        house.check()


@pytest.mark.parametrize(("change", "said"), [("is_archived", "archived"), ("is_ext_shared", "outside")])
async def test_a_room_that_changes_gets_nothing_new_and_a_person_is_asked(
    house: House, change: str, said: str
) -> None:
    house.slack.expect("is_archived")
    await ask_for_room(house, "t1")
    room = await in_place(house, "t1")
    before = messages(house, room.id)[0].text
    setattr(room, change, True)
    await house.restart()  # what Slack said a moment ago is not relied on
    await house.t1.react(messages(house, room.id)[0], "raising_hand")
    await house.slack.wait(lambda: said in house.reporter.dm[0].text)
    assert messages(house, room.id)[0].text == before


async def test_a_practice_run_makes_no_channel(house: House) -> None:
    rina = house.reporter
    await rina.command("/screwedup", "practice")
    await rina.wait_modal()
    await rina.fill("summary", SAID)
    await walk_on(rina, "hub")
    await rina.fill("other", "team:")
    await rina.submit()
    await fill_room(house, "t1")
    assert (await rina.submit()).errors == {}
    await house.slack.wait(lambda: any("How you can help" in m.text for m in rina.dm))
    assert rooms(house) == []
