"""People around an incident: nobody above the reporter; a tick in the thread asks for the next time."""

from __future__ import annotations

import json

from tests.edge.acts import stage_of, text_of, to_page
from tests.flows.test_team import DELIVERY, messages, to_team_page
from tests.house import House


async def test_nobody_above_picks_who_handles_it_and_it_is_offered(house: House) -> None:
    await to_page(house, "tell")
    rina, zoe = house.reporter, house.t1
    await rina.fill("special", ["senior"])
    await rina.fill("handler", zoe.id)
    assert (await rina.submit()).errors == {}
    assert stage_of(rina.modal) == "hub"
    await house.slack.wait(lambda: any("take this over" in m.text for m in zoe.dm))
    offer = next(m for m in zoe.dm if "take this over" in m.text)
    await zoe.click(offer, "accept")
    await zoe.wait_modal()
    await zoe.fill("read_back", "The March invoice went to the wrong client")
    assert (await zoe.submit()).errors == {}
    await house.slack.wait(lambda: any("has taken this over" in m.text for m in rina.dm))
    assert not house.boss.dm
    await house.slack.wait(lambda: "You have taken this over" in zoe.dm[0].text)
    assert "ended" not in json.dumps(zoe.dm[0].blocks)
    await house.slack.wait(lambda: "handles it now" in rina.dm[0].text)
    assert "Next:" not in rina.dm[0].text
    await zoe.click(zoe.dm[0], "open")
    await zoe.wait_modal(where=lambda view: stage_of(view) == "hub")


async def test_an_update_ticked_off_in_the_thread_asks_for_the_next_time(house: House) -> None:
    await house.monday_morning()
    await to_team_page(house)
    rina = house.reporter
    await rina.fill("channel", DELIVERY)
    assert (await rina.submit()).errors == {}
    await house.slack.wait(lambda: len(messages(house, DELIVERY)) == 1)
    await rina.fill("next", "spoke:C1")
    await rina.submit()
    await rina.fill("result", "reached")
    await rina.fill("promised_next", int(house.slack.clock.now().timestamp()) + 3600)
    assert (await rina.submit()).errors == {}
    await house.later(minutes=61)
    await house.slack.wait(lambda: any("is due at" in m.text for m in messages(house, DELIVERY)))
    twin = next(m for m in messages(house, DELIVERY) if "is due at" in m.text)
    await house.t1.react(twin, "white_check_mark")  # somebody who has no say in it
    await house.slack.settle()
    await house.boss.react(twin, "white_check_mark")  # who leads
    await house.slack.wait(lambda: any("hear from us next" in m.text for m in rina.dm))
    asked = [m for m in rina.dm if "hear from us next" in m.text]
    assert len(asked) == 1
    assert "Bert" in asked[0].text
    await rina.click(asked[0], "open.update.C1")
    view = await rina.wait_modal(where=lambda v: stage_of(v) == "update")
    assert "next_at" in text_of(view)
