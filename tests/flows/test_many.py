"""More than ten are affected: the first calls, and one text that went to all the others (product.md 5.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playground.driver import Member
from tests.contract.hands import inputs, on_hub, shown, take
from tests.edge.acts import deliver, rows, stage_of, submission, text_of, to_page
from tests.house import House

EVERYBODY = {f"C{n}" for n in range(1, 13)}


@pytest.fixture
def transport() -> str:
    return "socket"  # where these pages come in makes no difference to them


async def with_many(house: House) -> Member:
    """Rina has told Bert, who has seen it; twelve clients are affected, eleven of them with a name."""
    await house.monday_morning()
    await to_page(house, "hub")
    rina: Member = house.reporter
    await house.slack.wait(lambda: house.boss.dm)
    await house.boss.react(house.boss.dm[0], "eyes")
    for number in range(2, 13):
        assert ("bulk:" in on_hub(rina)) == (number > 11), "only where more than ten are affected"
        await take(rina, "party:")
        await rina.fill("name", f"Quayside {number}")
        assert (await rina.submit()).errors == {}
    return rina


async def call(rina: Member, party: str, result: str = "reached") -> None:
    await take(rina, f"spoke:{party}")
    await rina.fill("result", result)
    assert (await rina.submit()).errors == {}


def values(rina: Member, key: str) -> list[str]:
    """What a menu or a radio offers."""
    return [option["value"] for option in inputs(rina)[key]["options"]]


def contacts(folder: Path) -> dict[str, dict[str, Any]]:
    """The newest contact of each party."""
    found = rows(folder, "SELECT party, data FROM events WHERE what = 'contacted' ORDER BY seq")
    return {party: json.loads(data) for party, data in found}


async def test_one_submit_notes_it_for_all_but_the_first_calls(house: House, tmp_path: Path) -> None:
    rina = await with_many(house)
    await call(rina, "C1")
    await call(rina, "C2", "voicemail")
    assert "bulk:" in values(rina, "next"), "after the first call it is one of the next steps"
    await take(rina, "bulk:")
    assert values(rina, "but") == [f"C{n}" for n in range(2, 13)]
    assert "but client 1, whom you have spoken with or written to" in text_of(rina.modal)
    text = str(shown(rina, "text"))
    assert "everybody who is affected" in text
    assert "Quayside" not in text
    promised = int(house.slack.clock.now().timestamp()) + 3 * 3600
    await rina.fill("but", ["C2", "C3"])
    await rina.fill("sent_via", "letter")
    await rina.fill("promised_next", promised)
    assert (await rina.submit()).errors == {}
    assert stage_of(rina.modal) == "hub"
    done = contacts(tmp_path)
    written = {key for key, data in done.items() if data["result"] == "email"}
    assert written == EVERYBODY - {"C1", "C2", "C3"}
    assert {done[key]["via"] for key in written} == {"letter"}
    assert len({done[key]["promised"] for key in written}) == 1
    assert done["C2"]["result"] == "voicemail"
    assert "bulk:" in on_hub(rina), "two are still to be called, or written to after all"
    await rina.press("timeline")
    view = await rina.wait_modal(where=lambda v: "text for many" in text_of(v))
    assert "Wrote to Quayside 12, with one text for many at" in text_of(view)


async def test_what_waited_for_a_first_call_ends_and_the_promise_begins(house: House, tmp_path: Path) -> None:
    rina = await with_many(house)
    await call(rina, "C1")
    assert waiting(tmp_path, "first.%") == EVERYBODY - {"C1"}
    await take(rina, "bulk:")
    await rina.fill("but", ["C3"])
    await rina.submit()
    assert waiting(tmp_path, "first.%") == {"C3"}
    assert waiting(tmp_path, "upd.%") == EVERYBODY - {"C3"}
    assert waiting(tmp_path, "retry") == EVERYBODY - {"C1", "C3"}, "as after an e-mail"


async def test_without_a_promise_there_is_none(house: House, tmp_path: Path) -> None:
    rina = await with_many(house)
    await take(rina, "bulk:")
    await rina.fill("promised_next", None)
    assert (await rina.submit()).errors == {}
    assert contacts(tmp_path).keys() == EVERYBODY
    assert waiting(tmp_path, "upd.%") == set()
    assert "bulk:" not in on_hub(rina), "everybody has had word"


async def test_pressed_twice_it_is_noted_once(house: House, tmp_path: Path) -> None:
    rina = await with_many(house)
    await take(rina, "bulk:")
    twice = submission(house, rina)
    await rina.submit()
    before = rows(tmp_path, "SELECT * FROM events")
    await deliver(house, twice)
    assert rows(tmp_path, "SELECT * FROM events") == before


async def test_what_is_typed_is_there_after_back_and_after_closing(house: House) -> None:
    rina = await with_many(house)
    await take(rina, "bulk:")
    await rina.fill("text", "Dear all, our list went out twice")
    await rina.fill("but", ["C4"])
    await rina.press("back")
    await rina.wait_modal(where=lambda view: stage_of(view) == "hub")
    await take(rina, "bulk:")
    assert (shown(rina, "text"), shown(rina, "but")) == ("Dear all, our list went out twice", ["C4"])
    await rina.close_modal(clear=True)
    await rina.command("/screwedup")
    await rina.wait_modal(where=lambda view: stage_of(view) == "bulk")
    assert (shown(rina, "text"), shown(rina, "but")) == ("Dear all, our list went out twice", ["C4"])


async def test_nobody_but_the_handler_can_note_it(house: House, tmp_path: Path) -> None:
    rina = await with_many(house)
    await take(rina, "bulk:")
    forged = submission(house, rina)
    forged["user"]["id"] = house.boss.id
    await deliver(house, forged)
    assert contacts(tmp_path) == {}


async def test_at_this_size_it_waits_for_the_lead(house: House, tmp_path: Path) -> None:
    rina = await with_many(house)
    await take(rina, "level:")
    await rina.fill("level", "large")
    await rina.submit()
    await house.boss.unreact(house.boss.dm[0], "eyes")
    await house.slack.wait(lambda: "No sign yet" in text_of(rina.dm[0].blocks))
    await take(rina, "bulk:")
    refused = await rina.submit()
    assert "says yes" in next(iter(refused.errors.values()))
    assert contacts(tmp_path) == {}


def waiting(folder: Path, kind: str) -> set[str]:
    """Parties for whom such a reminder waits to be sent."""
    query = "SELECT DISTINCT party FROM posts WHERE state = 'pending' AND kind LIKE ?"
    return {party for (party,) in rows(folder, query, kind)}
