"""Someone with many incidents exports or erases them: in pieces, with a line on how far it is, to the end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.guide import erasing, own_data
from bot.outbox.pace import Pace, Rate
from bot.slack import long_work
from bot.store import chores
from tests.access.test_own_data import everywhere, files
from tests.edge.acts import rows
from tests.house import House, open_house
from tests.store import crowded

MANY = 150


@pytest.fixture
def transport() -> str:
    return "socket"  # where it's asked for makes no difference to how it's done


@pytest.fixture
async def house(tmp_path: Path, transport: str) -> AsyncIterator[House]:
    """Without the auditor's look at the end: these incidents were written past the guide."""
    async with open_house(tmp_path, transport) as opened:
        yield opened
        opened.check()


async def with_many(house: House, count: int = MANY) -> list[str]:
    return await house.bot.database.write(
        crowded.incidents, house.bot.identity.team, house.reporter.id, count
    )


def exported(house: House) -> dict[str, Any]:
    return json.loads(files(house)["about-me.json"])  # type: ignore[no-any-return]


async def test_an_export_of_many_comes_whole_and_says_how_far_it_is(house: House, tmp_path: Path) -> None:
    keys = await with_many(house)
    rina = house.reporter
    said = (await rina.command("/screwedup", "export")).ephemerals[0]
    assert "take a while" in said.text
    await house.slack.wait(lambda: "about-me.json" in files(house), timeout=30)
    made = exported(house)
    assert [incident["id"] for incident in made["incidents"]] == keys
    assert [act["incident"] for act in made["what_you_did"]] == keys
    assert made["what_slack_says_about_you"]["name"] == "Rina Okafor"
    assert [a["verb"] for a in made["noted_about_your_acts"]] == ["exported"]
    await house.slack.wait(lambda: any(m.text == "Done." for m in rina.dm), timeout=10)
    assert rows(tmp_path, "SELECT * FROM chores") == []
    assert rows(tmp_path, "SELECT * FROM parts") == []


async def test_it_is_the_same_file_as_in_one_piece(house: House) -> None:
    await with_many(house, own_data.FEW)
    rina = house.reporter
    await rina.command("/screwedup", "export")
    await house.slack.wait(lambda: "about-me.json" in files(house), timeout=10)
    at_once = exported(house)
    house.slack.workspace.files.clear()
    await with_one_more(house)
    await rina.command("/screwedup", "export")
    await house.slack.wait(lambda: "about-me.json" in files(house), timeout=10)
    pieces = exported(house)
    for section in ("incidents", "what_you_did"):
        assert pieces[section][:-1] == at_once[section]
    assert list(pieces) == list(at_once)


async def with_one_more(house: House) -> None:
    def one(connection: Connection) -> None:
        crowded.incidents(connection, house.bot.identity.team, house.reporter.id, 1, first=own_data.FEW + 1)

    await house.bot.database.write(one)


async def test_a_bot_that_ends_in_the_middle_goes_on_after_the_next_start(
    house: House, tmp_path: Path
) -> None:
    keys = await with_many(house)
    await house.reporter.command("/screwedup", "export")
    await house.slack.wait(lambda: rows(tmp_path, "SELECT 1 FROM chores WHERE seen > 20") != [], timeout=10)
    await house.restart()
    await house.slack.wait(lambda: "about-me.json" in files(house), timeout=30)
    assert [incident["id"] for incident in exported(house)["incidents"]] == keys
    assert len(house.slack.workspace.files) == 1


async def test_one_that_was_killed_goes_on_once_its_hold_is_over(house: House, tmp_path: Path) -> None:
    """Its rows are as a killed process leaves them: held, and somewhere in the middle."""
    keys = await with_many(house)
    edge, rina = house.bot.edge, house.reporter
    await edge.do(lambda work: chores.begin(work.store, rina.id, chores.EXPORT, work.now))
    chore = await edge.database.write(chores.take, edge.clock())
    assert chore is not None
    for _ in range(3):
        ahead, texts = await edge.look(own_data.piece, chore)
        chore = await edge.do(own_data.keep, chore, ahead, texts)
        assert chore is not None
    await long_work.run(edge)
    assert "about-me.json" not in files(house), "another process has it"
    await house.later(seconds=chores.HELD.total_seconds())
    await long_work.run(edge)
    await house.slack.wait(lambda: "about-me.json" in files(house), timeout=30)
    assert [incident["id"] for incident in exported(house)["incidents"]] == keys


async def test_erasing_many_goes_to_the_end_and_says_what_it_did(house: House, tmp_path: Path) -> None:
    await with_many(house)
    rina, bert, tenant = house.reporter, house.boss, house.bot.identity.team
    bert_has = await house.bot.database.write(
        lambda c: crowded.incidents(c, tenant, bert.id, 30, first=1000, handler=rina.id)
    )
    asked = (await rina.command("/screwedup", "forget")).ephemerals[0]
    assert "many incidents" in asked.text
    for _ in range(2):  # a double click
        await rina.click(asked, "forget")
    await house.slack.wait(lambda: any("Receipt" in m.text for m in rina.dm), timeout=60)
    await house.bot.drain()
    receipts = [m.text for m in rina.dm if "Receipt" in m.text]
    assert len({text.split("Receipt ")[1][:8] for text in receipts}) == 1
    assert f"Gone: {MANY} incidents as a whole" in receipts[0]
    assert f"You are a role now in: {', '.join(bert_has[: erasing.NAMED])} and 10 more." in receipts[0]
    assert rows(tmp_path, "SELECT COUNT(*) FROM incidents") == [(30,)]
    await house.slack.wait(lambda: everywhere(tmp_path, rina.id) == [], timeout=10)
    assert rows(tmp_path, "SELECT DISTINCT reporter FROM incidents") == [(bert.id,)]
    assert rows(tmp_path, "SELECT * FROM chores") == []


async def test_a_receipt_waits_for_its_turn(house: House) -> None:
    rina = house.reporter
    asked = (await rina.command("/screwedup", "forget")).ephemerals[0]
    house.bot.client.pace = pace = Pace(rates={"conversations.open": Rate(0.3)})
    assert await pace.call("conversations.open") == 0.0
    await rina.click(asked, "forget")
    await house.slack.wait(lambda: any("Receipt" in m.text for m in rina.dm))


async def test_each_transaction_of_it_is_about_a_few_incidents(house: House) -> None:
    """What others wait for meanwhile is one piece, however many there are."""
    await with_many(house)
    statements: list[int] = []

    def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("BEGIN"):
            statements.append(0)
        statements[-1] += 1

    engine = house.bot.database.engine
    edge, rina = house.bot.edge, house.reporter
    await edge.do(erasing.begin, rina.id)
    chore = await edge.database.write(chores.take, edge.clock())
    event.listen(engine, "before_cursor_execute", count)
    while chore is not None:
        ahead, named = await edge.look(erasing.piece, chore)
        assert len(named) <= erasing.AT_ONCE
        if not ahead:
            break
        chore = await edge.do(erasing.step, chore, ahead, named)
    event.remove(engine, "before_cursor_execute", count)
    assert len(statements) >= MANY / erasing.AT_ONCE
    assert max(statements) <= 60, "as many, however many incidents go as a whole"
