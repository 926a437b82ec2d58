"""What is typed after the command: a command, or what happened; and whichever it is, none of it is lost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.edge.acts import SAID, rows, to_page
from tests.edge.test_input import locked
from tests.house import House, open_house

LINK = "https://files.example.com/sites/finance/" + "x" * 400 + "/end-of-the-link"


async def test_the_one_word_is_kept_whole_behind_its_button(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    asked = (await rina.command("/screwedup", LINK)).ephemerals[0]
    await rina.click(asked, "begin_with")
    await rina.wait_modal()
    assert kept(tmp_path) == [LINK]


async def test_a_double_click_on_it_begins_one(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    asked = (await rina.command("/screwedup", "oops")).ephemerals[0]
    await asyncio.gather(*(rina.click(asked, "begin_with") for _ in range(2)))
    await rina.wait_modal()
    assert kept(tmp_path) == ["oops"]
    said = await rina.say("C000ROOM2", "That is the file of the other client!")
    await asyncio.gather(
        *(rina.message_shortcut("screwedup_message", said.channel, said.ts) for _ in range(2))
    )
    assert len(rows(tmp_path, "SELECT id FROM incidents")) == 2


async def test_one_word_that_no_button_holds_begins_at_once(house: House, tmp_path: Path) -> None:
    rina, said = house.reporter, LINK * 6
    await rina.command("/screwedup", said)
    await rina.wait_modal()
    assert kept(tmp_path) == [said]


@pytest.mark.parametrize(
    "said", ["export failed", "Status unknown", "export customers", "status R1", "export inc-failed"]
)
async def test_a_command_whose_second_word_is_no_id_is_what_happened(
    house: House, tmp_path: Path, said: str
) -> None:
    rina = house.reporter
    await rina.command("/screwedup", said)
    await rina.wait_modal()
    assert kept(tmp_path) == [said]


async def test_a_second_word_that_could_be_an_id_is_looked_up(house: House, tmp_path: Path) -> None:
    rina = house.reporter
    await to_page(house, "open")
    ((key,),) = rows(tmp_path, "SELECT id FROM incidents")
    for word in (key, f"inc-{key}", f"INC-{key.upper()}"):
        answer = (await rina.command("/screwedup", f"status {word}")).ephemerals[0]
        assert "can't find" not in answer.text
    for word in ("zzzzzz", "inc-zzzzzz"):
        answer = (await rina.command("/screwedup", f"export {word}")).ephemerals[0]
        assert "can't find" in answer.text
    assert len(rows(tmp_path, "SELECT id FROM incidents")) == 1


def kept(folder: Path) -> list[str]:
    """What stands in the drafts of a command's words."""
    found = rows(folder, "SELECT \"values\" FROM drafts WHERE stage = 'said'")
    return [json.loads(row[0])["text"] for row in found]


async def test_words_that_cannot_be_kept_in_time_come_back_in_time(tmp_path: Path) -> None:
    """Each waits its turn for the database, and nobody longer than Slack does."""
    async with open_house(tmp_path) as house:
        people = [house.reporter, house.t1, house.t2, house.deputy, house.lead]
        said = {who: f"{SAID} {number}" for number, who in enumerate(people)}

        def back() -> bool:
            return all(any(text in m.text for m in who.ephemerals) for who, text in said.items())

        with locked(tmp_path):
            results = await asyncio.gather(*(who.command("/screwedup", text) for who, text in said.items()))
            await house.slack.wait(back, timeout=10)
        assert all(result.ok for result in results)
        assert rows(tmp_path, "SELECT * FROM incidents") == []
