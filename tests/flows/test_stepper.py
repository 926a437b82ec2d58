"""The stepper's promises: saved as typed, absent is not empty, resume, Back, corrections, conflicts."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.crash.rig import share
from tests.edge.acts import (
    NEEDED,
    SAID,
    deliver,
    go_back,
    rows,
    stage_of,
    submission,
    text_of,
    to_page,
    typing,
    values_of,
    walk_on,
)
from tests.house import House

Json = dict[str, Any]


@pytest.fixture(params=share(["socket", "http"], 2))
def transport(request: pytest.FixtureRequest) -> str:
    """What a page promises does not depend on the transport: both only for `make crash`."""
    return str(request.param)


def page_row(folder: Path, stage: str) -> Json:
    (row,) = rows(folder, "SELECT answers FROM pages WHERE stage = ?", stage)
    return dict(json.loads(row[0]))


async def reopen(house: House) -> Json:
    """Close the window and come back by the command alone."""
    await house.reporter.close_modal(clear=True)
    await house.reporter.command("/screwedup")
    return await house.reporter.wait_modal()


async def test_every_keystroke_is_there_after_a_restart(house: House) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    await rina.fill("q1_mistake", "The invoice of client A went to cl")
    await rina.fill("undo", "no")
    await rina.fill("flags", ["personal", "payment"])
    house.slack.expect("dispatch_failed")  # events find nobody while the bot is away
    await house.restart()
    view = await reopen(house)
    assert stage_of(view) == "assess"
    assert values_of(view)["q1_mistake"] == "The invoice of client A went to cl"
    assert values_of(view)["undo"] == "no"
    assert text_of(view).count('"initial_options"') == 1


async def test_where_a_command_without_text_leads(house: House) -> None:
    """The page with the newest draft, else the first page not saved, else the hub (0.2)."""
    rina = house.reporter
    await to_page(house, "tell")
    assert stage_of(await reopen(house)) == "tell"
    assert stage_of(await go_back(rina)) == "assess"
    await rina.fill("affected", "forty people")
    view = await reopen(house)
    assert stage_of(view) == "assess"
    assert values_of(view)["affected"] == "forty people"
    await walk_on(rina, "hub")
    assert stage_of(await reopen(house)) == "hub"


async def test_back_keeps_what_is_typed_unchecked(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    await rina.fill("affected", "forty", dispatch=False)
    await go_back(rina)
    assert (await rina.submit()).action == "update"
    assert stage_of(rina.modal) == "assess"
    assert values_of(rina.modal or {})["affected"] == "forty"
    assert rows(tmp_path, "SELECT * FROM pages WHERE stage = 'assess'") == []


async def test_a_page_that_was_only_looked_at_is_not_one_left_halfway(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "own")
    await go_back(rina)
    assert rows(tmp_path, "SELECT stage FROM drafts WHERE stage IN ('own', 'open')") == []


async def test_back_to_the_first_page_shows_the_saved_answers(house: House) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    while stage_of(view := await go_back(rina)) != "open":
        pass
    assert values_of(view)["summary"] == SAID
    assert values_of(view)["reach"] == "one"


async def test_absent_is_not_empty(house: House, tmp_path: Path) -> None:
    """Slack sometimes sends no value for a block that was filled (bolt-js 625, 1258)."""
    rina = house.reporter
    await to_page(house, "assess")
    for key, value in {**NEEDED["assess"], "affected": "forty people"}.items():
        await rina.fill(key, value)
    made = submission(house, rina)
    for key in ("q1_mistake", "affected", "undo"):
        made["view"]["state"]["values"].pop(key)
    answer = (await deliver(house, made)).body
    assert isinstance(answer, dict)
    assert answer["response_action"] == "update"
    saved = page_row(tmp_path, "assess")
    assert saved["q1_mistake"] == NEEDED["assess"]["q1_mistake"]
    assert saved["affected"] == "forty people"
    assert saved["undo"] == "partly"


async def test_a_keystroke_that_lacks_a_block_erases_nothing(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    await rina.fill("affected", "forty people")
    made = typing(house, rina, "q1_mistake", "The invoice")
    made["view"]["state"]["values"].pop("affected")
    assert (await deliver(house, made)).ok
    view = await reopen(house)
    assert values_of(view)["q1_mistake"] == "The invoice"
    assert values_of(view)["affected"] == "forty people"


async def test_emptied_is_empty(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    await rina.fill("affected", "forty people")
    await rina.fill("affected", None)
    for key, value in NEEDED["assess"].items():
        await rina.fill(key, value)
    assert (await rina.submit()).action == "update"
    assert page_row(tmp_path, "assess")["affected"] is None


async def test_a_required_block_that_never_came_asks_to_press_again(house: House) -> None:
    await to_page(house, "assess")
    made = submission(house, house.reporter)
    made["view"]["state"]["values"] = {}
    answer = (await deliver(house, made)).body
    assert isinstance(answer, dict)
    assert "press Next again" in answer["errors"]["undo"]


async def test_keystrokes_out_of_order_keep_the_later_one(house: House) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    early, late = (typing(house, rina, "q1_mistake", text) for text in ("The inv", "The invoice went"))
    for made in (late, early):
        await deliver(house, made)
    assert values_of(await reopen(house))["q1_mistake"] == "The invoice went"


async def test_a_keystroke_that_comes_after_next_does_not_count(house: House) -> None:
    """It belongs to a rendering that has been saved since."""
    rina = house.reporter
    await to_page(house, "assess")
    for key, value in NEEDED["assess"].items():
        await rina.fill(key, value)
    late = typing(house, rina, "q1_mistake", "an older text")
    assert (await rina.submit()).action == "update"
    assert (await deliver(house, late)).ok
    view = await reopen(house)
    assert stage_of(view) == "tell"
    view = await go_back(rina)
    assert values_of(view)["q1_mistake"] == NEEDED["assess"]["q1_mistake"]


async def test_next_pressed_twice_is_one_record_and_one_answer(house: House, tmp_path: Path) -> None:
    """The answer was lost on the way back; Slack keeps the page open and says "try again" (F6)."""
    rina = house.reporter
    await to_page(house, "assess")
    for key, value in NEEDED["assess"].items():
        await rina.fill(key, value)
    assert (await deliver(house, submission(house, rina))).ok  # its answer gets lost: the page stays
    assert stage_of(rina.modal) == "assess"
    events = rows(tmp_path, "SELECT COUNT(*) FROM events")
    assert (await rina.submit()).action == "update"
    assert stage_of(rina.modal) == "tell"
    assert rows(tmp_path, "SELECT COUNT(*) FROM events") == events
    assert rows(tmp_path, "SELECT version FROM pages WHERE stage = 'assess'") == [(1,)]


async def test_the_second_time_with_other_words_the_later_words_stand(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    for key, value in NEEDED["assess"].items():
        await rina.fill(key, value)
    assert (await deliver(house, submission(house, rina))).ok  # its answer gets lost: the page stays
    await rina.fill("q1_mistake", "Both invoices went to client B")
    assert (await rina.submit()).action == "update"
    assert page_row(tmp_path, "assess")["q1_mistake"] == "Both invoices went to client B"
    assert len(rows(tmp_path, "SELECT * FROM pages WHERE stage = 'assess'")) == 1


async def test_what_is_typed_after_a_next_whose_answer_got_lost_is_kept(house: House, tmp_path: Path) -> None:
    """The page stays open on their screen, and they close it without another Next."""
    rina = house.reporter
    await to_page(house, "assess")
    for key, value in NEEDED["assess"].items():
        await rina.fill(key, value)
    early = typing(house, rina, "q1_mistake", "An earlier word")
    assert (await deliver(house, submission(house, rina))).ok
    house.slack.clock.advance(20)
    await rina.fill("affected", "Client B, three people")
    assert (await deliver(house, early)).ok  # Slack brings it again: it was typed before that Next
    view = await reopen(house)
    assert stage_of(view) == "assess"
    assert values_of(view)["q1_mistake"] == NEEDED["assess"]["q1_mistake"]
    assert values_of(view)["affected"] == "Client B, three people"
    assert page_row(tmp_path, "assess")["affected"] is None
    assert (await rina.submit()).action == "update"
    assert page_row(tmp_path, "assess")["affected"] == "Client B, three people"


async def test_send_pressed_twice_sends_once_and_the_later_words(house: House) -> None:
    rina, bert = house.reporter, house.boss
    await to_page(house, "send")
    house.slack.faults.add(method="conversations.open", kind="latency:0.5", times=None)
    assert (await deliver(house, submission(house, rina))).ok  # its answer gets lost: the page stays
    await rina.fill("text", "Hello Bert. The later words of this message are the ones that go out.")
    assert (await rina.submit()).action == "update"
    await house.slack.wait(lambda: bert.dm)
    await house.slack.wait(lambda: rina.dm and "Sent to" in rina.dm[0].text)
    assert len(bert.dm) == 1
    assert "The later words" in bert.dm[0].text


async def test_the_same_page_in_two_windows_is_shown_as_a_conflict(house: House, tmp_path: Path) -> None:
    """Saved in one window, typed over in another: both texts are on the page, and nothing is lost (0.2)."""
    rina = house.reporter
    await to_page(house, "assess")
    other = submission(house, rina, id="V0OTHER", root_view_id="V0OTHER")
    for key, value in NEEDED["assess"].items():
        await rina.fill(key, value)
    assert (await rina.submit()).action == "update"
    values = other["view"]["state"]["values"]
    name = next(iter(values["undo"]))
    values["q1_mistake"] = {name: {"type": "plain_text_input", "value": "My words from the other window"}}
    values["undo"] = {name: {"type": "radio_buttons", "selected_option": {"value": "no"}}}
    answer = (await deliver(house, other)).body
    assert isinstance(answer, dict)
    shown = answer["view"]
    assert stage_of(shown) == "assess"
    assert NEEDED["assess"]["q1_mistake"] in text_of(shown)
    assert "moment ago" in text_of(shown)
    assert values_of(shown)["q1_mistake"] == "My words from the other window"
    assert page_row(tmp_path, "assess")["q1_mistake"] == NEEDED["assess"]["q1_mistake"]
    again = copy.deepcopy(other)
    again["view"]["private_metadata"] = shown["private_metadata"]
    assert (await deliver(house, again)).body["response_action"] == "update"  # type: ignore[index]
    assert page_row(tmp_path, "assess")["q1_mistake"] == "My words from the other window"


async def test_a_long_command_is_cut_at_a_word_and_kept_whole(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    said = "I sent the invoice of client A to client B, " * 30
    await rina.command("/screwedup", said)
    view = await rina.wait_modal()
    assert len(values_of(view)["summary"]) <= 150
    assert not values_of(view)["summary"].removesuffix("…").endswith("clien")
    view = await walk_on(rina, "assess")
    assert values_of(view)["q1_mistake"].startswith(said[:700])


async def test_two_open_ones_are_asked_about(house: House) -> None:
    rina = house.reporter
    await to_page(house, "assess")
    await rina.close_modal(clear=True)
    await rina.command("/screwedup", "Another thing went wrong entirely")
    view = await rina.wait_modal()
    assert view["callback_id"] == "choose"
    assert values_of(view)["which"]  # "Start a new one" is preselected
    assert (await rina.submit()).action == "update"
    assert values_of(rina.modal or {})["summary"] == "Another thing went wrong entirely"


async def test_an_input_keeps_its_ids_in_every_rendering_of_a_page(house: House) -> None:
    """Slack keeps what is typed through an update only where block_id and action_id stay the same."""
    rina = house.reporter
    await to_page(house, "assess")
    first = [(b["block_id"], b.get("element", {}).get("action_id")) for b in (rina.modal or {})["blocks"]]
    await go_back(rina)
    before = {b.get("element", {}).get("action_id") for b in (rina.modal or {})["blocks"]}
    await rina.submit()
    again = [(b["block_id"], b.get("element", {}).get("action_id")) for b in (rina.modal or {})["blocks"]]
    named = [pair for pair in first if pair[1]]
    assert named == [pair for pair in again if pair[1]]
    assert not before & {action for _, action in named} - {None}
