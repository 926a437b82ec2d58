"""What Slack won't take of a page, or in the place of another: there's always a way on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.playground.server import LocalSlack
from tests.edge.acts import deliver, go_back, rows, stage_of, submission, text_of, to_page, values_of
from tests.house import House

UNFIT = ("invalid_arguments", "view_too_large", "invalid_blocks")


@pytest.fixture
def transport() -> str:
    return "socket"


def kept(folder: Path, stage: str) -> str:
    return str(rows(folder, 'SELECT "values" FROM drafts WHERE stage = ?', stage))


async def typed_and_left(house: House) -> None:
    """Something is typed into the second page, and the window closed."""
    rina = house.reporter
    await to_page(house, "assess")
    await rina.fill("q1_mistake", "The invoice of client A went out")
    await rina.fill("affected", "Two clients, forty pages")
    await rina.close_modal()
    await house.bot.drain()


def blank(view: object) -> bool:
    return '"initial_' not in text_of(view)  # type: ignore[arg-type]


@pytest.mark.parametrize("refusal", UNFIT)
async def test_a_page_that_slack_refuses_opens_blank_and_what_was_typed_stays(
    house: House, tmp_path: Path, refusal: str
) -> None:
    rina = house.reporter
    await typed_and_left(house)
    house.slack.faults.add(method="views.open", kind=f"error:{refusal}", times=1)
    await rina.shortcut("screwedup_global")
    view = await rina.wait_modal()
    assert (stage_of(view), blank(view)) == ("assess", True)
    await rina.fill("undo", "partly")  # a keystroke sends the state of all the page, empty fields too
    assert "Two clients, forty pages" in kept(tmp_path, "assess")
    assert "partly" in kept(tmp_path, "assess")
    assert (await rina.submit()).errors == {}
    assert "Two clients, forty pages" in str(
        rows(tmp_path, "SELECT answers FROM pages WHERE stage = 'assess'")
    )


async def test_what_is_typed_into_a_blank_page_counts(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await typed_and_left(house)
    house.slack.faults.add(method="views.open", kind="error:invalid_arguments", times=1)
    await rina.shortcut("screwedup_global")
    await rina.wait_modal()
    await rina.fill("affected", "Three clients")
    assert "Three clients" in kept(tmp_path, "assess")


async def test_a_trigger_that_the_refusal_used_up_leads_to_a_blank_page_behind_continue(
    house: House, tmp_path: Path
) -> None:
    rina = house.reporter
    await typed_and_left(house)
    house.slack.faults.add(method="views.open", kind="error:invalid_arguments", times=1)
    house.slack.faults.add(method="views.open", kind="error:exchanged_trigger_id", times=1)
    await rina.shortcut("screwedup_global")
    await house.slack.wait(lambda: any('"blank"' in text_of({"blocks": m.blocks}) for m in rina.dm))
    house.slack.faults.clear()
    (door,) = [message for message in rina.dm if '"blank"' in text_of({"blocks": message.blocks})]
    await rina.click(door, "blank")
    assert blank(await rina.wait_modal())
    assert "Two clients, forty pages" in kept(tmp_path, "assess")


async def to_a_blank_page_that_slack_refuses_once_more(house: House) -> None:
    """Neither the page nor the blank one is taken; behind [Continue] the blank one isn't at first either."""
    rina = house.reporter
    house.slack.faults.add(method="views.open", kind="error:invalid_arguments", times=3)
    await rina.shortcut("screwedup_global")
    await house.slack.wait(lambda: any('"blank"' in text_of({"blocks": m.blocks}) for m in rina.dm))
    (door,) = [message for message in rina.dm if '"blank"' in text_of({"blocks": message.blocks})]
    await rina.click(door, "blank")
    assert blank(await rina.wait_modal())


async def test_what_is_typed_into_a_page_that_was_blanked_twice_counts(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await typed_and_left(house)
    await to_a_blank_page_that_slack_refuses_once_more(house)
    key = await rina.fill("affected", "Three clients")
    assert key is not None
    assert key.ok
    assert "Three clients" in kept(tmp_path, "assess")


async def test_what_a_blank_page_still_needs_is_asked_for_as_such(house: House) -> None:
    """Nothing of it is kept, and Slack has passed on that it's empty: pressing Next again wouldn't help."""
    rina = house.reporter
    await to_page(house, "assess")
    await rina.close_modal()
    await to_a_blank_page_that_slack_refuses_once_more(house)
    errors = (await rina.submit()).errors
    assert set(errors.values()) == {"Please fill this in. A few words are enough."}


async def test_an_update_that_slack_refuses_comes_blank(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    house.slack.faults.add(method="views.update", kind="error:view_too_large", times=1)
    view = await go_back(rina)
    assert (stage_of(view), blank(view)) == ("own", True)
    assert (await rina.submit()).action == "update"  # what was saved there is saved still
    assert "wrong address" in str(rows(tmp_path, "SELECT answers FROM pages WHERE stage = 'own'"))


# --- hash_conflict --------------------------------------------------------------------------------
def changed_meanwhile(slack: LocalSlack, view_id: str) -> None:
    """Another rendering has taken the view's place: the hash that the act carries is an old one by now."""
    slack.workspace.views[view_id].hash = "9.changed"


@pytest.mark.parametrize(
    ("page", "action", "leads_to"),
    [
        ("assess", "back", "own"),
        ("tell", "back", "assess"),
        ("send", "go.tell", "tell"),
        ("hub", "refresh", "hub"),
    ],
)
async def test_after_a_conflict_the_page_is_drawn_again_from_the_record(
    house: House, page: str, action: str, leads_to: str
) -> None:
    rina = house.reporter
    house.slack.expect("hash_conflict")
    await to_page(house, page)
    shown = rina.stack[-1]
    made = {**submission(house, rina), "type": "block_actions"}
    made["actions"] = [
        {"type": "button", "action_id": action, "block_id": "nav", "action_ts": "1700000000.1"}
    ]
    before = shown.hash
    changed_meanwhile(house.slack, shown.id)
    assert (await deliver(house, made)).ok
    await house.slack.wait(lambda: shown.hash not in (before, "9.changed"))
    assert stage_of(rina.modal) == leads_to
    conflicts = [c for c in house.slack.calls if c.method == "views.update"]
    assert len(conflicts) == 2


async def test_after_a_conflict_what_was_typed_is_on_the_page(house: House) -> None:
    """By then the record holds more than when the button was pressed."""
    rina = house.reporter
    house.slack.expect("hash_conflict")
    await to_page(house, "assess")
    await go_back(rina)
    await rina.fill("own_line", "I picked the wrong client, and the wrong month")
    assert (await rina.submit()).action == "update"
    made = {**submission(house, rina), "type": "block_actions"}
    made["actions"] = [
        {"type": "button", "action_id": "back", "block_id": "nav", "action_ts": "1700000000.1"}
    ]
    changed_meanwhile(house.slack, rina.stack[-1].id)
    await deliver(house, made)
    await house.slack.wait(lambda: stage_of(rina.modal) == "own")
    assert values_of(rina.modal or {})["own_line"] == "I picked the wrong client, and the wrong month"
    assert json.loads((rina.modal or {})["private_metadata"])["v"] == 2


async def test_after_a_conflict_a_turned_page_of_the_ledger_comes_too(house: House) -> None:
    rina = house.reporter
    house.slack.expect("hash_conflict")
    await to_page(house, "hub")
    await rina.press("ledger")
    await house.slack.wait(lambda: len(rina.stack) == 2)
    shown = rina.stack[-1]
    made = {**submission(house, rina), "type": "block_actions"}
    made["actions"] = [
        {"type": "button", "action_id": "ledger", "block_id": "turn", "value": "1", "action_ts": "1.1"}
    ]
    changed_meanwhile(house.slack, shown.id)
    await deliver(house, made)
    await house.slack.wait(lambda: shown.hash != "9.changed")
