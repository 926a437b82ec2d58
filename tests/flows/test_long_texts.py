"""Whatever's too long for Slack comes in several messages, in order and whole, or a page at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.record import Event, Party, What
from bot.guide import messages
from bot.guide.outcome import File
from bot.guide.own_data import in_pieces
from bot.guide.settling import settle
from bot.guide.work import Work
from bot.playground.driver import Member
from tests.contract.hands import inputs
from tests.edge.acts import text_of, to_page
from tests.edge.test_input import locked
from tests.house import House, open_house

LONG = " ".join(f"word{number:04}" for number in range(1500))  # 13,499 characters
SOLID = "".join(f"{number:05}" for number in range(2700))  # with nothing to divide it at
MARKED = "\n\n".join(f"{number}. a & b < c" for number in range(700))  # it grows when it's escaped
LIMIT = 3000


@pytest.fixture
def transport() -> str:
    return "socket"  # where it comes in makes no difference to how it goes out


def bare(text: str) -> str:
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return "".join(plain.split())


async def told(house: House) -> str:
    modal = await to_page(house, "hub")
    await house.slack.wait(lambda: house.boss.dm and "Sent to" in house.reporter.dm[0].text)
    return str(json.loads(modal["private_metadata"])["i"])


@pytest.mark.parametrize("text", [LONG, SOLID, MARKED], ids=["words", "one word", "marks"])
async def test_a_long_reply_arrives_whole(house: House, text: str) -> None:
    await told(house)
    rina, bert = house.reporter, house.boss
    before = len(rina.dm)
    house.slack.faults.add(method="chat.postMessage", kind="429", retry_after=1)
    await bert.say(bert.dm[0].channel, text)
    await house.slack.wait(lambda: bare(text)[-40:] in bare(rina.dm[-1].text), timeout=30)
    said = [message.text for message in rina.dm[before:]]
    assert len(said) > 4
    assert all(len(one) <= LIMIT for one in said)
    assert bare("".join(said)).endswith(f"wroteback:{bare(text)}")


async def test_words_that_cannot_be_kept_come_back_whole(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        rina = house.reporter
        house.slack.expect("operation_timeout", "http_service_error")
        with locked(tmp_path):
            await rina.command("/screwedup", LONG)
            await house.slack.wait(lambda: LONG[-20:] in bare_of(rina), timeout=10)
        assert bare(LONG) in bare("".join(message.text for message in rina.ephemerals))
        assert all(len(message.text) <= LIMIT for message in rina.ephemerals)


def bare_of(who: Member) -> str:
    return "".join(message.text for message in who.ephemerals)


async def test_a_draft_to_oneself_arrives_whole(house: House) -> None:
    """As long as a draft can be, of signs that grow when they're escaped."""
    key, rina = await told(house), house.reporter
    text = "& " * 1500

    def copy(work: Work) -> None:
        messages.send(work, work.reload(key), "copy", rina.id, text=text)

    before = len(rina.dm)
    await house.bot.edge.do(copy)
    await house.slack.wait(lambda: bare("".join(m.text for m in rina.dm[before:])) == bare(text), timeout=20)


async def test_a_file_that_cannot_be_uploaded_arrives_whole_and_in_order(house: House) -> None:
    rina = house.reporter
    await told(house)
    before, made = len(rina.dm), json.dumps({"notes": [LONG[at : at + 200] for at in range(0, 12000, 200)]})
    await house.bot.edge.do(in_pieces, rina.id, File("about-me.json", made))
    await house.bot.edge.do(in_pieces, rina.id, File("other.json", made))
    both = f"about-me.json{bare(made)}other.json{bare(made)}"
    await house.slack.wait(lambda: bare("".join(m.text for m in rina.dm[before:])) == both, timeout=30)
    first, _, _ = "".join(m.text for m in rina.dm[before:]).partition("other.json")
    assert json.loads(first.removeprefix("about-me.json\n")) == json.loads(made)


def buttons(modal: dict[str, Any]) -> set[str]:
    found = {e.get("action_id", "") for block in modal["blocks"] for e in block.get("elements", [])}
    return {action for action in found if "." in action}


async def test_what_happened_is_read_a_page_at_a_time(house: House) -> None:
    key, rina = await told(house), house.reporter

    def much(work: Work) -> None:
        for _ in range(200):
            raised = {"before": "small", "after": "large"}
            work.store.append(key, [Event(work.now, What.LEVEL, rina.id, "", raised)])

    await house.bot.edge.do(much)
    await rina.press("timeline")
    view = await rina.wait_modal(where=lambda v: v["callback_id"] == "read")
    assert buttons(view) == {"timeline.older"}
    lines = [read(view)]
    while "timeline.older" in buttons(view):
        before = text_of(view)
        await rina.press("timeline.older")
        view = await rina.wait_modal(where=lambda v, b=before: text_of(v) != b)
        lines.append(read(view))
    assert all(len(page) == 40 for page in lines[:-1])
    assert sum(map(len, lines)) > 200
    assert buttons(view) == {"timeline.newer"}
    before = text_of(view)
    await rina.press("timeline.newer")
    view = await rina.wait_modal(where=lambda v: text_of(v) != before)
    assert read(view) == lines[-2]


def read(view: dict[str, Any]) -> list[str]:
    """The lines of the course of things, up to who has looked."""
    first = next(
        (n for n, block in enumerate(view["blocks"]) if block["type"] in ("header", "actions")), None
    )
    texts = [block["text"]["text"] for block in view["blocks"][:first] if block["type"] == "section"]
    return [line for line in "\n".join(texts).split("\n") if line]


async def test_many_who_are_affected_are_all_in_the_menu(house: House) -> None:
    """Sixty parties are some hundred and eighty pages: more than one list of a menu takes."""
    key, rina = await told(house), house.reporter

    def many(work: Work) -> None:
        for number in range(1, 61):
            work.store.save_party(key, Party(f"C{number}", "client", f"Client {number}", "UTC", False))
        settle(work, key)

    await house.bot.edge.do(many)
    await rina.press("refresh")
    await rina.wait_modal(where=lambda view: "Client 60" in text_of(view))
    groups = inputs(rina)["other"]["option_groups"]
    offered = {o["value"] for group in groups for o in group["options"]}
    offered |= {o["value"] for o in inputs(rina)["next"]["options"]}
    assert {f"contact:C{n}" for n in range(1, 61)} <= offered
    assert len(offered) > 100
