"""A draft in a person's own words: opened, changed, sent to oneself, and out in one act with its promise."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.playground.driver import Member
from bot.playground.forms import elements
from tests.contract.hands import take
from tests.edge.acts import deliver, go_back, rows, stage_of, submission, text_of, to_page, typing, values_of
from tests.house import House

Json = dict[str, Any]
MINE = "Hello Mia, the proof is at the printer's. I call you again at four."


@pytest.fixture
def transport() -> str:
    return "socket"


def soon(house: House, hours: int = 3) -> int:
    return int(house.slack.clock.now().timestamp()) // 60 * 60 + hours * 3600


async def open_text(who: Member, name: str) -> Json:
    await who.press(f"go.{name}")
    return await who.wait_modal(where=lambda view: stage_of(view) == name)


async def to_call(house: House) -> Member:
    await to_page(house, "hub")
    await take(house.reporter, "contact:C1")
    await house.reporter.fill("impact_on_them", "Your invoice was seen by another firm")
    assert (await house.reporter.submit()).action == "update"
    await take(house.reporter, "spoke:C1")
    return house.reporter


async def to_update(house: House) -> Member:
    """Reached, with a promise; on the page that says the next word."""
    rina = await to_call(house)
    await rina.fill("result", "reached")
    await rina.fill("promised_next", soon(house))
    assert (await rina.submit()).action == "update"
    await take(rina, "update:C1")
    return rina


def promised(folder: Path, what: str) -> datetime:
    (last,) = rows(folder, "SELECT data FROM events WHERE what = ? ORDER BY seq DESC LIMIT 1", what)
    return datetime.fromisoformat(json.loads(last[0])["promised"])


async def copies(house: House, who: Member, text: str) -> None:
    await house.slack.wait(lambda: any(text in m.text for m in who.dm))


def buttons(view: Json) -> list[str]:
    return [e["action_id"] for _, e in elements(view["blocks"]) if e["type"] == "button"]


async def test_an_update_takes_one_line_one_change_and_two_presses(house: House, tmp_path: Path) -> None:
    """What is typed on the page stands in the text; it is out with its promise, in one act."""
    rina = await to_update(house)
    await rina.fill("changed", "The other firm has deleted it")
    view = await open_text(rina, "client_update")
    text = values_of(view)["text"]
    assert text.startswith("Our mistake")
    assert "What has changed: The other firm has deleted it." in text
    assert "Draft:" not in text
    await rina.fill("text", MINE)
    await rina.fill("next_at", soon(house, 7))
    assert (await rina.submit()).action == "update"
    assert stage_of(rina.modal) == "hub"
    assert promised(tmp_path, "updated") == datetime.fromtimestamp(soon(house, 7), UTC)
    saved = json.loads(rows(tmp_path, "SELECT answers FROM pages WHERE stage = 'update'")[0][0])
    assert saved["changed"] == "The other firm has deleted it"
    assert rows(tmp_path, "SELECT stage FROM drafts") == []


async def test_the_next_update_begins_with_nothing_of_the_last(house: House) -> None:
    rina = await to_update(house)
    await rina.fill("changed", "The other firm has deleted it")
    await open_text(rina, "client_update")
    assert (await rina.submit()).action == "update"
    await take(rina, "update:C1")
    view = await open_text(rina, "client_update")
    assert "deleted it" not in values_of(view)["text"]


async def test_my_words_come_to_me_alone_and_just_as_typed(house: House) -> None:
    rina = await to_call(house)
    await open_text(rina, "client_call_script")
    await rina.fill("text", MINE)
    await rina.press("copy")
    view = await rina.wait_modal(where=lambda view: "on its way to your direct messages" in text_of(view))
    assert values_of(view)["text"] == MINE
    await copies(house, rina, MINE)
    assert [m.text for m in rina.dm if MINE in m.text] == [MINE]
    assert not any(MINE in m.text for who in (house.boss, house.deputy) for m in who.dm)


async def test_what_is_typed_outlives_the_window_the_bot_and_the_page(house: House) -> None:
    rina = await to_call(house)
    await open_text(rina, "client_call_script")
    await rina.fill("text", MINE)
    house.slack.expect("dispatch_failed")
    await house.restart()
    await rina.close_modal(clear=True)
    await rina.command("/screwedup")
    view = await rina.wait_modal()
    assert stage_of(view) == "client_call_script"
    assert values_of(view)["text"] == MINE
    view = await go_back(rina)
    assert stage_of(view) == "spoke"
    assert MINE in text_of(view)
    await rina.fill("result", "voicemail")  # nobody reached: the words are still needed
    assert (await rina.submit()).action == "update"
    assert stage_of(rina.modal) == "hub"
    await take(rina, "spoke:C1")
    assert values_of(await open_text(rina, "client_call_script"))["text"] == MINE


async def test_new_facts_never_overwrite_my_words(house: House) -> None:
    """The page says that something was saved since; filling it again is asked for, and then done."""
    rina = await to_call(house)
    view = await open_text(rina, "client_call_script")
    assert "anew" not in buttons(view)
    await rina.fill("text", MINE)
    await go_back(rina)
    await go_back(rina)
    await take(rina, "contact:C1")
    await rina.fill("impact_on_them", "Your prices were seen by another firm")
    assert (await rina.submit()).action == "update"
    await take(rina, "spoke:C1")
    view = await open_text(rina, "client_call_script")
    assert values_of(view)["text"] == MINE
    assert "Something was saved after" in text_of(view)
    again = next(e for _, e in elements(view["blocks"]) if e.get("action_id") == "anew")
    assert "dropped" in again["confirm"]["text"]["text"]
    await rina.press("anew")
    await rina.wait_modal(where=lambda view: stage_of(view) == "spoke")
    view = await open_text(rina, "client_call_script")
    assert "Your prices were seen" in values_of(view)["text"]


async def test_spoken_is_logged_with_the_promise(house: House, tmp_path: Path) -> None:
    rina = await to_call(house)
    await open_text(rina, "client_call_script")
    await rina.fill("promised_next", soon(house))
    assert (await rina.submit()).action == "update"
    (last,) = rows(tmp_path, "SELECT data FROM events WHERE what = 'contacted'")
    assert json.loads(last[0])["result"] == "reached"
    assert promised(tmp_path, "contacted") == datetime.fromtimestamp(soon(house), UTC)


async def test_pressed_twice_it_is_out_once_with_all_its_words(house: House, tmp_path: Path) -> None:
    """The answer to the first press was lost on its way."""
    rina = await to_update(house)
    await rina.fill("changed", "The other firm has deleted it")
    await open_text(rina, "client_update")
    assert (await deliver(house, submission(house, rina))).ok
    assert (await rina.submit()).action == "update"
    assert rows(tmp_path, "SELECT COUNT(*) FROM events WHERE what = 'updated'") == [(1,)]
    saved = json.loads(rows(tmp_path, "SELECT answers FROM pages WHERE stage = 'update'")[0][0])
    assert saved["changed"] == "The other firm has deleted it"
    assert rows(tmp_path, "SELECT stage FROM drafts") == []


async def test_a_keystroke_after_it_is_out_does_not_bring_it_back(house: House, tmp_path: Path) -> None:
    rina = await to_update(house)
    await rina.fill("changed", "The other firm has deleted it")
    await open_text(rina, "client_update")
    late = typing(house, rina, "text", "an older text")
    assert (await rina.submit()).action == "update"
    assert (await deliver(house, late)).ok
    assert rows(tmp_path, "SELECT stage FROM drafts") == []


async def test_what_the_page_still_needs_is_said_under_the_text(house: House) -> None:
    """ "Nothing new" stands alone only once in a row."""
    rina = await to_update(house)
    assert (await rina.submit()).action == "update"
    await take(rina, "update:C1")
    await open_text(rina, "client_update")
    await rina.fill("text", MINE)
    refused = await rina.submit()
    assert "One useful detail" in refused.errors["text"]
    assert values_of(rina.modal or {})["text"]


async def test_a_kinder_word_for_my_own_text_for_my_eyes_only(house: House) -> None:
    rina = await to_call(house)
    await open_text(rina, "client_email_first")
    await rina.fill("text", "Sorry if this caused any inconvenience.")
    await rina.press("copy")
    await rina.wait_modal(where=lambda view: "for your eyes only" in text_of(view))


async def test_an_emoji_of_mine_stays_as_typed_and_is_remarked_upon_softly(house: House) -> None:
    rina = await to_call(house)
    await open_text(rina, "client_email_first")
    await rina.fill("text", "Thank you for waiting 🙏")
    await rina.press("copy")
    view = await rina.wait_modal(where=lambda view: "for your eyes only" in text_of(view))
    assert values_of(view)["text"] == "Thank you for waiting 🙏"
    await copies(house, rina, "Thank you for waiting 🙏")


async def test_a_text_that_is_not_offered_here_is_no_page(house: House, tmp_path: Path) -> None:
    house.slack.expect("not_found")
    rina = await to_call(house)
    await open_text(rina, "client_call_script")
    forged = submission(house, rina)
    meta = json.loads(forged["view"]["private_metadata"])
    for stage, callback in (("client_call_script", "page"), ("client_call_bulk", "text"), ("spoke", "text")):
        forged["view"]["callback_id"] = callback
        forged["view"]["private_metadata"] = json.dumps({**meta, "s": stage})
        answer = (await deliver(house, forged)).body
        assert isinstance(answer, dict)
        assert answer["response_action"] in ("errors", "push"), stage
    assert rows(tmp_path, "SELECT COUNT(*) FROM events WHERE what = 'contacted'") == [(0,)]
