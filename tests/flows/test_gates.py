"""The gate of first contact: asked for with one button, opened by the lead, never in the way of a try."""

from __future__ import annotations

from bot.playground.driver import Member
from tests.contract.hands import take
from tests.edge.acts import stage_of
from tests.house import House

NEEDED = {
    "open": {"reach": "public", "still_going": "no"},
    "own": {"own_line": "I published the wrong price"},
    "assess": {"q1_mistake": "The wrong price went to everybody", "undo": "no"},
}


async def to_the_call(house: House) -> Member:
    """A large incident, told and not seen yet, on the page that logs the first call."""
    rina: Member = house.reporter
    await rina.command("/screwedup", "I published the wrong price")
    await rina.wait_modal()
    while (here := stage_of(rina.modal)) != "hub":
        for key, value in NEEDED.get(here, {}).items():
            await rina.fill(key, value)
        assert (await rina.submit()).action == "update"
    await take(rina, "spoke:C1")
    assert stage_of(rina.modal) == "spoke"
    return rina


async def test_the_first_word_waits_for_the_lead(house: House) -> None:
    rina = await to_the_call(house)
    await rina.fill("result", "reached")
    refused = await rina.submit()
    assert refused.action == "errors"
    assert "says yes" in next(iter(refused.errors.values()))
    await rina.press("ask.contact")
    await rina.wait_modal(where=lambda view: "nobody to ask" in str(view))
    await rina.close_modal()
    await house.slack.wait(lambda: len(house.boss.dm) == 1)
    await house.boss.click(house.boss.dm[0], "notice.seen")
    await house.slack.wait(lambda: "Seen by" in rina.dm[0].text)
    assert (await rina.submit()).action == "update"


async def test_a_try_that_reached_nobody_is_always_logged(house: House) -> None:
    rina = await to_the_call(house)
    await rina.fill("result", "voicemail")
    assert (await rina.submit()).action == "update"
