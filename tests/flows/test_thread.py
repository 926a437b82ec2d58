"""The thread: command, pages, notice, reaction, and back again."""

from __future__ import annotations

from tests.house import IDS, House


async def walk_to_send(house: House, text: str = "I sent the March invoice to the wrong client") -> None:
    """From the command to the `send` page."""
    rina = house.reporter
    await rina.command("/screwedup", text)
    await rina.wait_modal()
    await rina.fill("reach", "one")
    await rina.fill("still_going", "no")
    assert (await rina.submit()).errors == {}
    await rina.fill("own_line", "I picked the wrong address, so B saw A's invoice")
    assert (await rina.submit()).errors == {}
    await rina.fill("q1_mistake", "The invoice of client A went to client B")
    await rina.fill("undo", "partly")
    assert (await rina.submit()).errors == {}
    assert (await rina.submit()).errors == {}


async def test_from_command_to_seen_and_back(house: House) -> None:
    await walk_to_send(house)
    rina, bert = house.reporter, house.boss
    assert rina.modal["title"]["text"] == "Read it, then send"
    result = await rina.submit()
    assert result.errors == {}
    assert "on its way" in str(rina.modal["blocks"])
    await house.slack.wait(lambda: len(bert.dm) == 1)
    await house.slack.wait(lambda: rina.dm and "Sent to" in rina.dm[0].text)
    await bert.react(bert.dm[0], "eyes")
    await house.slack.wait(lambda: "Seen by Bert" in rina.dm[0].text)
    await bert.unreact(bert.dm[0], "eyes")
    await house.slack.wait(lambda: "Seen by" not in rina.dm[0].text)
    assert len(rina.dm) == 1
    assert {c.args.get("user") for c in house.slack.calls if c.method == "users.info"} <= set(IDS.values())
